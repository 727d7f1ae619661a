using System.Collections.Concurrent;
using System.Diagnostics;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>What a stress did, and what was wrong.</summary>
/// <param name="Codes">What the index keeps besides float32.</param>
/// <param name="Seconds">How long it ran.</param>
/// <param name="Searches">Searches of all readers.</param>
/// <param name="Results">Their results, each checked for id, version and distance.</param>
/// <param name="Vectors">Vectors read by id and compared number by number.</param>
/// <param name="Writes">Vectors added, replaced or removed.</param>
/// <param name="Compactions">Times the index was laid out anew.</param>
/// <param name="Saves">Files written, opened and checked.</param>
/// <param name="Wrong">What was wrong; nothing, if the index is right.</param>
internal sealed record StressReport(
    string Codes, double Seconds, long Searches, long Results, long Vectors, long Writes, long Compactions, long Saves, string[] Wrong);

/// <summary>
/// Readers beside a writer and a keeper (compaction, saving, opening) on one <see cref="HnswIndex"/>. Every write of an id raises its
/// version, and each number of a vector follows from both. A reader notes each id's version before and after its search: what it gets must be,
/// number for number, a vector of a version in between. So whatever is torn, stale, twice, missing or of another id is seen.
/// </summary>
internal sealed class IndexStress : IDisposable
{
    private const int Dimension = 16;
    private const int Ids = 400;
    private const int Readers = 3;
    private const int MostWrong = 10;

    // Every fourth version of an id is its removal, but for the first ids, which are only ever replaced.
    private const int Staying = 100;
    private const int Cycle = 4;

    // Compaction leaves no slot to be reused, and reuse is where a reader could come upon a torn row: so it comes seldom.
    private const int WritesPerCompaction = 3000;

    // On a busy machine a few seconds may bring little; less than this is no test.
    private const int LeastSearches = 300, LeastWrites = 4000, LeastSaves = 2;

    private readonly CodeKind _codes;
    private readonly HnswIndex _index;
    private readonly string _file;
    private readonly int[] _begun = new int[Ids], _done = new int[Ids];
    private readonly ConcurrentQueue<string> _wrong = new();
    private volatile bool _stopping;
    private long _searches, _results, _vectors, _writes, _compactions, _saves;

    private IndexStress(CodeKind codes, string file)
    {
        _codes = codes;
        _index = new HnswIndex(Dimension, Metric.L2, new HnswOptions { M = 6, EfConstruction = 40, Codes = codes });
        _file = file;
    }

    private bool IsEnough => Interlocked.Read(ref _searches) >= LeastSearches && Interlocked.Read(ref _writes) >= LeastWrites
        && Interlocked.Read(ref _saves) >= LeastSaves;

    /// <summary>Runs for a time, and longer if by then too little was done for a judgement.</summary>
    /// <param name="codes">What the index keeps besides float32.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="file">Where to save the index.</param>
    public static StressReport Run(CodeKind codes, double seconds, string file)
    {
        using var stress = new IndexStress(codes, file);
        return stress.Run(seconds);
    }

    public void Dispose() => _index.Dispose();

    private StressReport Run(double seconds)
    {
        var clock = Stopwatch.StartNew();
        Thread[] threads =
        [
            new(() => Guard(Write)),
            new(() => Guard(Keep)),
            .. Enumerable.Range(0, Readers).Select(reader => new Thread(() => Guard(() => Read(new Random(reader))))),
        ];
        foreach (Thread thread in threads)
            thread.Start();
        while (_wrong.Count < MostWrong && !(clock.Elapsed.TotalSeconds >= seconds && (IsEnough || !_wrong.IsEmpty)))
            Thread.Sleep(20);
        _stopping = true;
        foreach (Thread thread in threads)
            thread.Join();
        CheckEnd();
        return new StressReport(_codes.ToString(), clock.Elapsed.TotalSeconds, _searches, _results, _vectors, _writes, _compactions, _saves, [.. _wrong.Take(MostWrong)]);
    }

    private void Guard(Action part)
    {
        try
        {
            part();
        }
        catch (Exception failure)
        {
            _wrong.Enqueue(failure.ToString());
        }
    }

    private void Write()
    {
        var random = new Random(77);
        while (!_stopping)
        {
            if (random.Next(50) == 0)
            {
                WriteMany([.. Enumerable.Range(0, 40).Select(_ => random.Next(Ids)).Distinct().Where(id => !IsRemoved(id, _done[id] + 1))]);
                continue;
            }

            int one = random.Next(Ids), version = ++_begun[one];
            if (!IsRemoved(one, version))
                _index.Add((ulong)one, Vector(one, version));
            else if (!_index.Remove((ulong)one))
                _wrong.Enqueue($"id {one} was not there to be removed in version {version}");
            Volatile.Write(ref _done[one], version);
            Interlocked.Increment(ref _writes);
        }
    }

    private void WriteMany(int[] ids)
    {
        foreach (int id in ids)
            Volatile.Write(ref _begun[id], _begun[id] + 1);
        _index.AddRange([.. ids.Select(id => (ulong)id)], [.. ids.SelectMany(id => Vector(id, _begun[id]))], maxDegreeOfParallelism: 2);
        foreach (int id in ids)
            Volatile.Write(ref _done[id], _begun[id]);
        Interlocked.Add(ref _writes, ids.Length);
    }

    private void Keep()
    {
        for (long compacted = 0; !_stopping;)
        {
            Thread.Sleep(30);
            if (Interlocked.Read(ref _writes) - compacted >= WritesPerCompaction)
            {
                _index.Compact();
                compacted = Interlocked.Read(ref _writes);
                _compactions++;
            }

            int[] before = Copy(_done);
            _index.Save(_file);
            int[] after = Copy(_begun);
            using var saved = HnswIndex.Open(_file);
            saved.CheckVectors();
            CheckVectors(saved, Enumerable.Range(0, Ids), before, after, "saved ");
            if (saved.GetStatistics().Unreachable is int lost and > 0)
                _wrong.Enqueue($"{lost} nodes of a saved index cannot be reached");
            Interlocked.Increment(ref _saves);
        }
    }

    private void Read(Random random)
    {
        var results = new Neighbor[2 * Ids];
        while (!_stopping)
        {
            int id = random.Next(Ids);
            bool all = random.Next(10) == 0, one = !all && random.Next(3) == 0;
            IdSet? filter = !all && !one && random.Next(3) == 0 ? IdSet.FromIds(Enumerable.Range(0, Ids).Where(other => other % 3 == id % 3).Select(other => (ulong)other)) : null;
            int[] before = Copy(_done);
            float[] query = Vector(id, before[id]);
            int found = _index.Search(query, results.AsSpan(0, all ? results.Length : one ? 1 : 10),
                new SearchParameters { EfSearch = one ? Ids : 0, Filter = filter });
            int[] after = Copy(_begun);
            Interlocked.Increment(ref _searches);
            Interlocked.Add(ref _results, found);
            CheckResults(results.AsSpan(0, found), query, filter, before, after);
            if (all)
                CheckAll(results.AsSpan(0, found), before, after);
            if (one && before[id] == after[id] && before[id] > 0 && !IsRemoved(id, before[id]) && results[0] != new Neighbor((ulong)id, 0))
                _wrong.Enqueue($"id {id} in version {before[id]} did not find itself but {results[0]}");
            CheckVectors(_index, Enumerable.Range(0, 10).Select(_ => random.Next(Ids)));
        }
    }

    private void CheckResults(ReadOnlySpan<Neighbor> results, float[] query, IdSet? filter, int[] before, int[] after)
    {
        var seen = new IdSet();
        for (int i = 0; i < results.Length; i++)
        {
            (ulong id, float distance) = results[i];
            if (!seen.Add(id))
                _wrong.Enqueue($"id {id} came twice");
            else if (filter?.Contains(id) == false)
                _wrong.Enqueue($"id {id} is outside the filter");
            else if (i > 0 && distance < results[i - 1].Distance)
                _wrong.Enqueue($"result {i} is nearer than the one before");
            else if (!Versions((int)id, before, after).Any(version => !IsRemoved((int)id, version) && Distance(query, Vector((int)id, version)) == distance))
                _wrong.Enqueue($"id {id} has distance {distance}, which none of its versions {before[id]} to {after[id]} has");
        }
    }

    private void CheckAll(ReadOnlySpan<Neighbor> results, int[] before, int[] after)
    {
        var found = new IdSet();
        foreach (Neighbor result in results)
            found.Add(result.Id);
        for (int id = 0; id < Ids; id++)
        {
            if (!found.Contains((ulong)id) && Versions(id, before, after).All(version => !IsRemoved(id, version)))
                _wrong.Enqueue($"id {id}, there in versions {before[id]} to {after[id]}, was missing in a search for all");
        }
    }

    private void CheckVectors(HnswIndex index, IEnumerable<int> ids)
    {
        foreach (int id in ids)
            CheckVectors(index, [id], Copy(_done), null, "");
    }

    /// <summary>That an index holds ids in a version between two moments; the second is now, after the read, when not given.</summary>
    private void CheckVectors(HnswIndex index, IEnumerable<int> ids, int[] before, int[]? after, string what)
    {
        Span<float> vector = stackalloc float[Dimension];
        foreach (int id in ids)
        {
            bool isThere = index.TryGetVector((ulong)id, vector);
            int[] until = after ?? Copy(_begun);
            int version = isThere ? (int)vector[2] | ((int)vector[3] << 8) | ((int)vector[4] << 16) : 0;
            if (!isThere && Versions(id, before, until).All(one => !IsRemoved(id, one)))
                _wrong.Enqueue($"{what}id {id}, there in versions {before[id]} to {until[id]}, is missing");
            else if (isThere && (version < before[id] || version > until[id] || IsRemoved(id, version) || !vector.SequenceEqual(Vector(id, version))))
                _wrong.Enqueue($"{what}id {id} has a torn or stale vector: {string.Join(' ', vector.ToArray())}, versions {before[id]} to {until[id]}");
            Interlocked.Increment(ref _vectors);
        }
    }

    private void CheckEnd()
    {
        CheckVectors(_index, Enumerable.Range(0, Ids), _done, _done, "at the end ");
        int there = Enumerable.Range(0, Ids).Count(id => !IsRemoved(id, _done[id]));
        if (_index.Count != there)
            _wrong.Enqueue($"at the end it holds {_index.Count} vectors, and {there} were left");
    }

    private static IEnumerable<int> Versions(int id, int[] before, int[] after) => Enumerable.Range(before[id], after[id] - before[id] + 1);

    private static bool IsRemoved(int id, int version) => version == 0 || (version % Cycle == 0 && id >= Staying);

    private static int[] Copy(int[] versions)
    {
        // Between two barriers: no element may be read before what came before, nor after what comes after.
        Interlocked.MemoryBarrier();
        int[] copy = (int[])versions.Clone();
        Interlocked.MemoryBarrier();
        return copy;
    }

    // Whole numbers up to 255: all sums and squares of differences are exact, whatever the order in which a kernel adds them.
    private static float[] Vector(int id, int version)
    {
        var vector = new float[Dimension];
        (vector[0], vector[1], vector[2], vector[3], vector[4]) = (id & 255, id >> 8, version & 255, (version >> 8) & 255, version >> 16);
        for (int i = 5; i < Dimension; i++)
            vector[i] = ((id * 31L) + (version * 17L) + (i * i * 43)) % 251;
        return vector;
    }

    private static float Distance(float[] left, float[] right)
    {
        float sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum += (left[i] - right[i]) * (left[i] - right[i]);
        return sum;
    }
}
