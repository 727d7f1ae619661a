using System.Globalization;
using System.Text;

namespace VisualSearch.Bench.Ann;

/// <summary>The report's tables on filters and on churn.</summary>
internal static class StudyTables
{
    public static void Filters(StringBuilder text, IReadOnlyList<AnnRow> rows)
    {
        AnnRow free = rows.First(row => Value(row) == "none");
        text.AppendLine("### Filters").AppendLine();
        text.AppendLine(Invariant($"{free.Engine}, EfSearch = {Beam(free)}. A filter admits a share of the rows: at random, those in the part of the data that the query lies"))
            .AppendLine("in (near), or those in the part farthest from it (far). Recall is that of exact search within the filter. hnswlib 0.6.2, Debian's,")
            .AppendLine("has no filters.").AppendLine();
        text.AppendLine("| filter | recall@10 | QPS | × without a filter | p99 µs |").AppendLine("| --- | --- | --- | --- | --- |");
        foreach (AnnRow row in rows)
            text.AppendLine(Invariant($"| {Value(row)} | {row.Recall10:0.0000} | {row.Qps:N0} | {row.Qps / free.Qps:0.00}× | {AnnReport.Number(row.P99Micros, "N0")} |"));
        text.AppendLine();
    }

    public static void Churn(StringBuilder text, IReadOnlyList<AnnRow> rows)
    {
        AnnRow built = rows[0];
        text.AppendLine("### Churn").AppendLine();
        text.AppendLine(Invariant($"{built.Engine}, EfSearch = {Beam(built)}. Three times over, 30 % of the vectors, at random, are removed one by one and added again with {built.BuildThreads} threads."))
            .AppendLine("After a removal, recall is that among the vectors left. Added vectors are in memory, where those of the file were mapped, until the")
            .AppendLine("index is saved and opened again.").AppendLine();
        text.AppendLine("| step | recall@10 | against built | QPS | seconds | resident MiB |").AppendLine("| --- | --- | --- | --- | --- | --- |");
        foreach (AnnRow row in rows)
        {
            text.AppendLine(Invariant($"| {Value(row)} | {row.Recall10:0.0000} | {row.Recall10 - built.Recall10:+0.0000;−0.0000;0} | {row.Qps:N0} | ")
                + Invariant($"{AnnReport.Number(row.BuildSeconds, "0.0")} | {AnnReport.Number(row.ResidentMiB, "0")} |"));
        }

        text.AppendLine();
    }

    // Settings read "ef=64 filter=1% near" and "ef=64 churn=2 added".
    private static string Beam(AnnRow row) => row.Setting.Split(' ')[0].Split('=')[1];

    private static string Value(AnnRow row) => row.Setting.Split('=')[2];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
