using k8s;
using k8s.Models;
using VisualSearch.Api.Serving;
using YamlDotNet.Core;

namespace VisualSearch.Tests.Deploy;

/// <summary>The Kubernetes manifests: the schema of the official client, whose strict mode refuses what the API does not know, and how they fit together.</summary>
public sealed class KubernetesTests
{
    private static readonly string[] Files = [.. DeployFiles.Yaml.Where(static file => file.StartsWith("kubernetes/", StringComparison.Ordinal) && !file.EndsWith("kustomization.yaml", StringComparison.Ordinal))];

    private static readonly object[] Objects = [.. Files.SelectMany(static file => KubernetesYaml.LoadAllFromString(DeployFiles.Text(file), null, strict: true))];

    public static TheoryData<string> Manifests => [.. Files];

    internal static V1Deployment Api => Objects.OfType<V1Deployment>().Single();

    internal static V1StatefulSet Qdrant => Objects.OfType<V1StatefulSet>().Single();

    /// <summary>Variables of the API's pods; of secrets only their names.</summary>
    internal static Dictionary<string, string> Settings
    {
        get
        {
            var container = Api.Spec.Template.Spec.Containers.Single();
            var settings = container.EnvFrom.SelectMany(static from => Objects.OfType<V1ConfigMap>().Single(map => map.Metadata.Name == from.ConfigMapRef.Name).Data).ToDictionary();
            foreach (var variable in container.Env) settings.Add(variable.Name, variable.Value ?? "");
            return settings;
        }
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_manifest_holds_what_the_api_server_knows_and_nothing_else(string file)
    {
        var text = DeployFiles.Text(file);
        var objects = KubernetesYaml.LoadAllFromString(text, null, strict: true);
        Assert.Equal(DeployFiles.Documents(text), objects.Count);
        Assert.All(objects, static one => Assert.Matches("^[a-z][a-z0-9-]*$", ((IMetadata<V1ObjectMeta>)one).Metadata.Name));
    }

    [Theory]
    [InlineData("api-deployment.yaml", "readinessProbe:", "readynessProbe:")]
    [InlineData("api-deployment.yaml", "terminationGracePeriodSeconds: 60", "terminationGracePeriod: 60")]
    [InlineData("api-scaling.yaml", "maxReplicas: 8", "maxReplicas: many")]
    [InlineData("api-scaling.yaml", "averageUtilization", "averageUtilisation")]
    [InlineData("network-policy.yaml", "podSelector: {}", "podSelectors: {}")]
    public void What_is_misspelt_is_refused(string file, string right, string wrong)
    {
        var text = DeployFiles.Text("kubernetes/" + file);
        Assert.Contains(right, text, StringComparison.Ordinal);
        Assert.ThrowsAny<YamlException>(() => KubernetesYaml.LoadAllFromString(text.Replace(right, wrong, StringComparison.Ordinal), null, strict: true));
    }

    [Fact]
    public void Kustomize_takes_every_manifest_but_the_template_of_the_secret()
    {
        var kustomization = DeployFiles.Map(DeployFiles.Text("kubernetes/kustomization.yaml"));
        Assert.Equal(["apiVersion", "images", "kind", "namespace", "resources"], kustomization.Keys.Order(StringComparer.Ordinal));
        var resources = ((List<object>)kustomization["resources"]).Cast<string>().Select(static name => "kubernetes/" + name).Append("kubernetes/secret.template.yaml");
        Assert.Equal(Files.Order(StringComparer.Ordinal), resources.Order(StringComparer.Ordinal));
        Assert.Equal(Objects.OfType<V1Namespace>().Single().Metadata.Name, kustomization["namespace"]);
        var image = (Dictionary<object, object>)((List<object>)kustomization["images"]).Single();
        Assert.Equal(Api.Spec.Template.Spec.Containers.Single().Image, $"{image["name"]}:{image["newTag"]}");
    }

    [Fact]
    public void The_template_of_the_secret_has_every_value_that_is_asked_for_and_none_filled_in()
    {
        var secret = Objects.OfType<V1Secret>().Single();
        Assert.Null(secret.Data);
        Assert.All(secret.StringData.Values, static value => Assert.Equal("", value));
        var asked = Pods.SelectMany(static pod => pod.Containers).SelectMany(static container => container.Env).Select(static variable => variable.ValueFrom?.SecretKeyRef).OfType<V1SecretKeySelector>().ToArray();
        Assert.All(asked, reference => Assert.Equal(secret.Metadata.Name, reference.Name));
        Assert.Equal(secret.StringData.Keys.Order(StringComparer.Ordinal), asked.Select(static reference => reference.Key).Distinct().Order(StringComparer.Ordinal));
        // Neither is a key put where anybody may read it.
        Assert.DoesNotContain(Objects.OfType<V1ConfigMap>().SelectMany(static map => map.Data.Keys), static name => name.EndsWith("KEY", StringComparison.Ordinal));
    }

    [Fact]
    public void Pods_run_as_the_strictest_standard_wants_it()
    {
        foreach (var pod in Pods)
        {
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.True(pod.SecurityContext.RunAsUser > 0);
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            Assert.False(pod.AutomountServiceAccountToken);
            foreach (var container in pod.Containers)
            {
                Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
                Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
                Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
                Assert.Contains("memory", container.Resources.Limits.Keys);
                Assert.Equal(["cpu", "memory"], container.Resources.Requests.Keys.Order(StringComparer.Ordinal));
                Assert.NotNull(container.LivenessProbe);
                Assert.NotNull(container.ReadinessProbe);
                var volumes = pod.Volumes.Select(static volume => volume.Name).Concat(pod == Qdrant.Spec.Template.Spec ? Qdrant.Spec.VolumeClaimTemplates.Select(static claim => claim.Metadata.Name) : []);
                Assert.All(container.VolumeMounts, mount => Assert.Contains(mount.Name, volumes));
            }
        }

        // The same user as in the image, and what the image declares as writable.
        var image = Dockerfile.Parse(DeployFiles.Text("Dockerfile")).Last;
        var api = Api.Spec.Template.Spec;
        Assert.Equal(Assert.Single(image.All("USER")), $"{api.SecurityContext.RunAsUser}:{api.SecurityContext.RunAsGroup}");
        string[] written = ["/tmp", image.Variables["VSEARCH_DATA"], image.Variables["ASPNETCORE_TEMP"]];
        Assert.Equal(written.Order(StringComparer.Ordinal), api.Containers.Single().VolumeMounts.Select(static mount => mount.MountPath).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_pod_gets_the_time_that_its_server_takes_to_end()
    {
        var drain = int.Parse(Settings["VSEARCH_DRAIN_SECONDS"]);
        var pod = Api.Spec.Template.Spec;
        var pause = pod.Containers.Single().Lifecycle?.PreStop?.Sleep?.Seconds ?? 0;
        Assert.True(pod.TerminationGracePeriodSeconds >= pause + drain + new ServingOptions().LastRequests.TotalSeconds + 2);
        // Routers must have noticed before the server stops listening: probes failed, and some seconds for the news to spread.
        var ready = pod.Containers.Single().ReadinessProbe;
        Assert.True(drain >= (ready.PeriodSeconds * ready.FailureThreshold) + 5);
        Assert.Equal(0, int.Parse(Api.Spec.Strategy.RollingUpdate.MaxUnavailable));
    }

    [Fact]
    public void Services_budgets_and_policies_mean_pods_and_ports_that_are_there()
    {
        var apiLabels = Api.Spec.Template.Metadata.Labels;
        var qdrantLabels = Qdrant.Spec.Template.Metadata.Labels;
        var services = Objects.OfType<V1Service>().ToDictionary(static service => service.Metadata.Name);
        Assert.Equal(apiLabels, services["vsearch"].Spec.Selector);
        Assert.Equal(qdrantLabels, services["qdrant-peers"].Spec.Selector);
        Assert.Equal(apiLabels, Api.Spec.Selector.MatchLabels);
        Assert.Equal(qdrantLabels, Qdrant.Spec.Selector.MatchLabels);
        Assert.Equal("None", services["qdrant-peers"].Spec.ClusterIP);
        Assert.Equal("qdrant-peers", Qdrant.Spec.ServiceName);
        Assert.All(services.Values.SelectMany(static service => service.Spec.Ports.Select(port => (service.Spec.Selector, (string)port.TargetPort))), target =>
            Assert.Contains(target.Item2, (target.Selector.SequenceEqual(apiLabels) ? Api.Spec.Template : Qdrant.Spec.Template).Spec.Containers.SelectMany(static container => container.Ports).Select(static port => port.Name)));

        var backend = Objects.OfType<V1Ingress>().Single().Spec.Rules.Single().Http.Paths.Single().Backend.Service;
        Assert.Contains(services[backend.Name].Spec.Ports, port => port.Name == backend.Port.Name);
        Assert.Equal([apiLabels, qdrantLabels], Objects.OfType<V1PodDisruptionBudget>().Select(static budget => budget.Spec.Selector.MatchLabels));
        var scaler = Objects.OfType<V2HorizontalPodAutoscaler>().Single();
        Assert.Equal((Api.Kind, Api.Metadata.Name), (scaler.Spec.ScaleTargetRef.Kind, scaler.Spec.ScaleTargetRef.Name));
        // Else each `kubectl apply` would undo what the scaler did.
        Assert.Null(Api.Spec.Replicas);
        Assert.True(scaler.Spec.MinReplicas >= 2);

        var policies = Objects.OfType<V1NetworkPolicy>().ToDictionary(static policy => policy.Metadata.Name);
        Assert.Null(policies["nothing-by-default"].Spec.Ingress);
        Assert.Equal(["Ingress", "Egress"], policies["nothing-by-default"].Spec.PolicyTypes);
        Assert.Equal(["6333", "6335"], policies["qdrant"].Spec.Ingress.SelectMany(static rule => rule.Ports).Select(static port => (string)port.Port));
        Assert.Contains(policies["vsearch"].Spec.Egress, rule => rule.To?.Any(peer => peer.PodSelector?.MatchLabels.SequenceEqual(qdrantLabels) == true) == true && (string)rule.Ports.Single().Port == "6333");
    }

    private static IEnumerable<V1PodSpec> Pods => [Api.Spec.Template.Spec, Qdrant.Spec.Template.Spec];
}
