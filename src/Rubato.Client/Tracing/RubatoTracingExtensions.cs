using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;
using Rubato.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds tracing to an application with a host.</summary>
public static class RubatoTracingExtensions
{
    /// <summary>Sends the application's traces to Rubato, as the section <c>Rubato</c> of its configuration says and then the function.</summary>
    /// <returns>The builder.</returns>
    public static TBuilder AddRubatoTracing<TBuilder>(this TBuilder builder, Action<RubatoTracingOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddRubatoTracing(builder.Configuration.GetSection(RubatoTracingOptions.SectionName), configure);
        return builder;
    }

    /// <summary>Sends the application's traces to Rubato, as the function says.</summary>
    /// <returns>The services.</returns>
    public static IServiceCollection AddRubatoTracing(this IServiceCollection services, Action<RubatoTracingOptions>? configure = null) =>
        services.AddRubatoTracing(new ConfigurationBuilder().Build(), configure);

    /// <summary>Sends the application's traces to Rubato, as this section of a configuration says and then the function.</summary>
    /// <remarks>
    /// It builds on <c>AddOpenTelemetry().WithTracing()</c>: further instrumentation added there goes the same way. Wrong options end the start of the host with
    /// an <see cref="OptionsValidationException"/> that names them all. Calling it twice configures twice and sends once.
    /// </remarks>
    /// <returns>The services.</returns>
    public static IServiceCollection AddRubatoTracing(this IServiceCollection services, IConfiguration section, Action<RubatoTracingOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        services.AddOptions<RubatoTracingOptions>().Configure(options =>
        {
            TracingConfiguration.Bind(section, options);
            configure?.Invoke(options);
        });
        if (services.Any(static service => service.ServiceType == typeof(TracingPipeline)))
        {
            return services;
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RubatoTracingOptions>, TracingOptionsValidator>());
        services.AddSingleton(static provider => new TracingPipeline(
            provider.GetRequiredService<IOptions<RubatoTracingOptions>>().Value, provider.GetService<ILoggerFactory>()));
        services.AddSingleton(static provider => new RubatoTracing(
            provider.GetRequiredService<TracerProvider>(), provider.GetRequiredService<TracingPipeline>(), ownsProvider: false));

        // Before the SDK's own service, so that a host without a receiver fails before it starts anything.
        services.AddHostedService(static provider => new ConnectionCheck(
            provider.GetRequiredService<TracingPipeline>(), provider.GetRequiredService<IOptions<RubatoTracingOptions>>().Value.VerifyConnection));
        services.AddOpenTelemetry().WithTracing();
        services.ConfigureOpenTelemetryTracerProvider(static (provider, builder) => provider.GetRequiredService<TracingPipeline>().AddTo(builder));
        return services;
    }
}
