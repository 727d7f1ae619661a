// Which of some pictures does a text describe best? The encoders in a program of your own, as Microsoft.Extensions.AI's generators:
//   dotnet run --project examples/VisualSearch.Example -- "a red boat" PICTURE…
using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Generators;
using VisualSearch.Encoders.Models;

if (args.Length < 2)
{
    Console.Error.WriteLine("Usage: VisualSearch.Example TEXT PICTURE…");
    return 2;
}

using DualEncoder encoder = DualEncoder.Open(DefaultModel.Locate());
using IEmbeddingGenerator<string, Embedding<float>> texts = encoder.AsTextGenerator();
using IEmbeddingGenerator<DataContent, Embedding<float>> pictures = encoder.AsPictureGenerator();

ReadOnlyMemory<float> wanted = await texts.GenerateVectorAsync(args[0]);
var found = await pictures.GenerateAsync(args[1..].Select(path => new DataContent(File.ReadAllBytes(path), "image/jpeg") { Name = path }));
foreach (var (path, cosine) in args[1..].Zip(found, (path, e) => (path, TensorPrimitives.Dot(wanted.Span, e.Vector.Span))).OrderByDescending(p => p.Item2))
{
    Console.WriteLine($"{cosine,6:F3}  {path}");
}

return 0;
