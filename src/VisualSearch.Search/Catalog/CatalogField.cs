using VisualSearch.Search.Retrieval;

namespace VisualSearch.Search.Catalog;

/// <summary>How the catalog holds a field, which decides how a condition on it becomes SQL.</summary>
internal enum FieldShape
{
    /// <summary>Text columns of the asset; the field has the value of each that is not empty.</summary>
    TextColumns,

    /// <summary>An integer column of the asset or the item, always present.</summary>
    NumberColumn,

    /// <summary>The item's kind, stored as a number and named by a word.</summary>
    Kind,

    /// <summary>Rows of table <c>tag</c>.</summary>
    Tags,

    /// <summary>Rows of table <c>field</c> with one name.</summary>
    Payload,
}

/// <summary>
/// Where a field lies. The SQL here consists of constants only; the name of a payload field goes in as parameter <c>$2</c>.
/// </summary>
internal sealed record CatalogField
{
    private const string ItemsWithAssets = "item i JOIN asset a ON a.id = i.asset_id";

    private static readonly CatalogField Payload = new()
    {
        Shape = FieldShape.Payload,
        Columns = ["f.folded"],
        Source = "field f JOIN item i ON i.asset_id = f.asset_id",
        Present = "f.name = $2",
        FacetValue = "f.value",
        FacetGroup = "f.folded",
    };

    private static readonly Dictionary<string, CatalogField> BuiltIn = new(StringComparer.Ordinal)
    {
        ["ID"] = Number("i.id"),
        ["ASSETID"] = Number("i.asset_id"),
        ["WIDTH"] = Number("a.width"),
        ["HEIGHT"] = Number("a.height"),
        ["SIZEBYTES"] = Number("a.size_bytes"),
        ["PATH"] = Text("a.relative_path", "a.path"),
        ["ROOT"] = Text("a.root"),
        ["FOLDER"] = Text("a.folder"),
        ["TITLE"] = Text("a.title"),
        ["TEXT"] = Text("a.text"),
        ["FORMAT"] = Text("a.format"),
        ["KIND"] = new()
        {
            Shape = FieldShape.Kind,
            Columns = ["i.kind"],
            Source = "item i",
            Present = "TRUE",
            FacetValue = KindWord(),
            FacetGroup = "i.kind",
        },
        ["TAGS"] = new()
        {
            Shape = FieldShape.Tags,
            Columns = ["t.folded"],
            Source = "tag t JOIN item i ON i.asset_id = t.asset_id",
            Present = "TRUE",
            FacetValue = "t.value",
            FacetGroup = "t.folded",
        },
    };

    public required FieldShape Shape { get; init; }

    /// <summary>The columns to compare; of a text, folded where the table keeps it so.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Tables and joins that give an item as <c>i</c>.</summary>
    public required string Source { get; init; }

    /// <summary>True for rows where the field is there.</summary>
    public required string Present { get; init; }

    /// <summary>The value as text, for people.</summary>
    public required string FacetValue { get; init; }

    /// <summary>Equal for values that are counted together.</summary>
    public required string FacetGroup { get; init; }

    /// <summary>The field of this name: built in, or else a payload field.</summary>
    public static CatalogField Find(string field) => BuiltIn.GetValueOrDefault(CatalogText.Fold(field), Payload);

    private static CatalogField Number(string column) => new()
    {
        Shape = FieldShape.NumberColumn,
        Columns = [column],
        Source = ItemsWithAssets,
        Present = "TRUE",
        FacetValue = $"CAST({column} AS TEXT)",
        FacetGroup = column,
    };

    private static CatalogField Text(params string[] columns) => new()
    {
        Shape = FieldShape.TextColumns,
        Columns = columns,
        Source = ItemsWithAssets,
        Present = $"({string.Join(" OR ", columns.Select(column => $"{column} <> ''"))})",
        FacetValue = columns[0],
        FacetGroup = $"fold({columns[0]})",
    };

    private static string KindWord() =>
        $"CASE i.kind {string.Join(' ', Enum.GetValues<ItemKind>().Select(kind => $"WHEN {(int)kind} THEN '{FilterFields.Word(kind)}'"))} END";
}
