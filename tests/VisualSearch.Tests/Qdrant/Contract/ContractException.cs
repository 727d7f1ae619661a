using System.Net;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>A request that the contract server refuses, with Qdrant's status and message.</summary>
public sealed class ContractException(HttpStatusCode status, string message) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>What the request asks for makes no sense for this collection.</summary>
    public static ContractException WrongInput(string message) => new(HttpStatusCode.BadRequest, $"Wrong input: {message}");

    /// <summary>The request does not follow the contract.</summary>
    public static ContractException Format(string message) => new(HttpStatusCode.BadRequest, $"Format error in JSON body: {message}");

    /// <summary>Something is not there.</summary>
    public static ContractException NotFound(string message) => new(HttpStatusCode.NotFound, $"Not found: {message}");

    /// <summary>The contract has it, this server has not: a test that needs it must add it here first.</summary>
    public static ContractException NotImplemented(string what) => new(HttpStatusCode.NotImplemented, $"The contract server has no {what}.");
}
