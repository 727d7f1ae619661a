// An agent that searches your pictures and videos: the tools of a collection, handed to any IChatClient of Microsoft.Extensions.AI.
//   dotnet run --project examples/agent-tools -- ~/.visualsearch default "a red boat"
using Microsoft.Extensions.AI;
using VisualSearch.AgentTools;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Rag.Tools;
using VisualSearch.Search.Stores;

if (args is not [var data, var collection, var question])
{
    Console.Error.WriteLine("Usage: VisualSearch.AgentTools DATA COLLECTION QUESTION");
    return 2;
}

using DualEncoder encoder = DualEncoder.Open(DefaultModel.Locate());
using EmbeddedStore store = new CollectionDirectory(data).Open(collection, StoreAccess.Read, encoder.Manifest);
CollectionTools tools = CollectionTools.Over(store, encoder);

// Put your model here: any IChatClient. With the package Microsoft.Extensions.AI, .UseFunctionInvocation() does what the loop below does; in
// Semantic Kernel the same functions are kernel.Plugins.AddFromFunctions("collection", tools.Functions.Select(tool => tool.AsKernelFunction())).
using IChatClient model = new RehearsedModel();
ChatOptions options = new() { Tools = [.. tools.Functions] };
List<ChatMessage> talk = [new(ChatRole.System, CollectionTools.Instructions), new(ChatRole.User, question)];
while (true)
{
    ChatResponse reply = await model.GetResponseAsync(talk, options);
    talk.AddRange(reply.Messages);
    FunctionCallContent[] calls = [.. reply.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>()];
    if (calls.Length == 0)
    {
        Console.WriteLine(reply.Text);
        return 0;
    }

    foreach (FunctionCallContent call in calls)
    {
        Console.WriteLine($"→ {call.Name}({string.Join(", ", call.Arguments!.Select(argument => $"{argument.Key}: {argument.Value}"))})");
        object? result = await tools.Functions.Single(tool => tool.Name == call.Name).InvokeAsync(new AIFunctionArguments(call.Arguments));
        talk.Add(new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, result)]));
    }
}
