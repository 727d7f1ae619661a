using System.Globalization;
using System.Text.Json;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>Question: does a reader ever see anything but the truth while others write, compact and save?</summary>
internal static class AnnStress
{
    public static int Run(string[] arguments, bool json)
    {
        int at = Array.IndexOf(arguments, "--seconds");
        double seconds = 60;
        if (arguments.Length != (at < 0 ? 0 : 2) || (at >= 0 && !double.TryParse(arguments[at + 1], CultureInfo.InvariantCulture, out seconds)))
        {
            Console.Error.WriteLine("vsearch bench ann-stress: give --seconds N, or nothing for 60.");
            return 2;
        }

        string folder = BenchFiles.Fresh("stress");
        var reports = new List<StressReport>();
        if (!json)
            Console.WriteLine("codes   seconds     searches      results      vectors     writes  compactions  saves  wrong");
        foreach (CodeKind codes in Enum.GetValues<CodeKind>())
        {
            StressReport report = IndexStress.Run(codes, seconds, Path.Combine(folder, $"{codes}.hnsw"));
            reports.Add(report);
            if (!json)
                Console.WriteLine($"{report.Codes,-6}{report.Seconds,9:F0}{report.Searches,13:N0}{report.Results,13:N0}{report.Vectors,13:N0}{report.Writes,11:N0}{report.Compactions,13:N0}{report.Saves,7:N0}{report.Wrong.Length,7}");
            foreach (string wrong in report.Wrong)
                Console.Error.WriteLine(wrong);
        }

        if (json)
            Console.WriteLine(JsonSerializer.Serialize(reports, AnnReport.Json));
        return reports.TrueForAll(report => report.Wrong.Length == 0) ? 0 : 1;
    }
}
