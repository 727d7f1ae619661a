using Microsoft.Data.Sqlite;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores.Regions;

namespace VisualSearch.Search.Stores;

/// <content>The generations of a collection: look at them, begin the next, drop those that are not needed any more.</content>
public sealed partial class CollectionDirectory
{
    /// <summary>The generation of a collection that is searched, without counting its vectors.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    public GenerationInfo RunningGeneration(string name)
    {
        RequireExisting(name);
        return Describe(Identify(name).Generation, 0, 0);
    }

    /// <summary>All generations of a collection in order of number.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    public IReadOnlyList<GenerationInfo> Generations(string name)
    {
        RequireExisting(name);
        string catalogPath = Path.Combine(FolderOf(name), CatalogFile.Name);
        return CatalogFile.Guarded(catalogPath, () =>
        {
            using var reader = new CatalogReader(CatalogConnection.OpenToRead(catalogPath));
            CatalogFile.IdOf(catalogPath, reader.Catalog);
            return reader.Catalog.InTransaction<IReadOnlyList<GenerationInfo>>(write: false, () =>
            [
                .. CatalogGenerations.All(catalogPath, reader.Catalog).Select(one =>
                {
                    int gaps = reader.Gaps(one).Count;
                    return Describe(one, one.State == GenerationState.Running ? reader.Counts().Items - gaps : CatalogGenerations.Count(reader.Catalog, one), gaps);
                }),
            ]);
        });
    }

    /// <summary>Begins to build the next generation of a collection with another model, or goes on with it.</summary>
    /// <param name="name">The collection's name.</param>
    /// <param name="model">The model.</param>
    /// <param name="modelFolder">Where it is, to be found again.</param>
    /// <exception cref="GenerationStateException">The collection has this model already, or is being built with a third one.</exception>
    /// <exception cref="WriterBusyException">Another process works on its generations.</exception>
    public EmbeddedGenerationBuild BeginBuild(string name, ModelIdentity model, string modelFolder)
    {
        RequireExisting(name);
        return EmbeddedGenerationBuild.Begin(FolderOf(name), model, modelFolder, options);
    }

    /// <summary>Deletes generations that do not run: kept ones and half-built ones. Their space goes back to the disk.</summary>
    /// <param name="name">The collection's name.</param>
    /// <param name="number">One of them; null for all.</param>
    /// <exception cref="GenerationNotFoundException">There is none of this number.</exception>
    /// <exception cref="GenerationStateException">That one runs.</exception>
    /// <exception cref="WriterBusyException">Another process changes the collection, or works on its generations.</exception>
    public PruneReport Prune(string name, int? number = null)
    {
        RequireExisting(name);
        string folder = FolderOf(name);
        string catalogPath = Path.Combine(folder, CatalogFile.Name);
        using WriterLock generations = WriterLock.TakeForGenerations(folder);
        using WriterLock writer = WriterLock.Take(folder);
        return CatalogFile.Guarded(catalogPath, () =>
        {
            using CatalogConnection catalog = CatalogConnection.OpenToWrite(catalogPath, create: false);
            CatalogFile.IdOf(catalogPath, catalog);
            CatalogFile.Upgrade(catalogPath, catalog);
            List<CatalogGeneration> dropped = [.. CatalogGenerations.All(catalog).Where(one => number is null ? one.State != GenerationState.Running : one.Number == number)];
            if (number is int wanted && dropped.Count == 0)
                CatalogGenerations.Find(catalogPath, catalog, wanted);
            if (dropped.Exists(one => one.State == GenerationState.Running))
                throw GenerationStateException.IsSearched(name, number!.Value);
            if (dropped.Count == 0)
                return new PruneReport([], 0, null);

            long before = LengthOfFiles(folder);
            GenerationInfo[] described = [.. dropped.Select(one => Describe(one, CatalogGenerations.Count(catalog, one), 0))];
            catalog.InTransaction(write: true, () =>
            {
                foreach (CatalogGeneration one in dropped)
                    CatalogGenerations.Drop(catalog, one);
                return true;
            });
            foreach (CatalogGeneration one in dropped)
            {
                File.Delete(Path.Combine(folder, one.IndexFile));
                RegionFile.Delete(folder, one.Number);
            }
            string? remark = Shrink(catalog);
            return new PruneReport(described, before - LengthOfFiles(folder), remark);
        });
    }

    // SQLite gives space back only by writing the whole file anew, for which it needs as much again for a moment.
    private static string? Shrink(CatalogConnection catalog)
    {
        try
        {
            catalog.Execute("PRAGMA temp_store = FILE; VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
            return null;
        }
        catch (SqliteException refused)
        {
            return $"The space inside {CatalogFile.Name} is free and will be used again, but could not be given back to the disk ({refused.Message}). " +
                "Make room for a copy of that file for a moment, then prune again.";
        }
    }

    private static long LengthOfFiles(string folder) => new DirectoryInfo(folder).EnumerateFiles().Sum(static file => file.Exists ? file.Length : 0);

    private static GenerationInfo Describe(CatalogGeneration one, long vectors, long gaps) =>
        new(one.Number, one.State, one.Model, one.ModelFolder, vectors, gaps, one.CreatedAt, one.ChangedAt);

    private CatalogIdentity Identify(string name)
    {
        string catalogPath = Path.Combine(FolderOf(name), CatalogFile.Name);
        return CatalogFile.Guarded(catalogPath, () =>
        {
            using CatalogConnection catalog = CatalogConnection.OpenToRead(catalogPath);
            return CatalogFile.Identify(catalogPath, catalog);
        });
    }
}
