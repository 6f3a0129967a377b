// Sends one small trace through a Jaeger client, unmodified, and prints its id.
//   node send-jaeger.js <client-udp|client-http|exporter-udp|exporter-http> <host:port> <service>
import process from 'node:process';

const [how, address, service] = process.argv.slice(2);
const [host, port] = (address ?? '').split(':');
const senders = {
  // jaeger-client speaks Thrift's binary protocol, over UDP too.
  'client-udp': () => withClient({ agentHost: host, agentPort: Number(port) }),
  'client-http': () => withClient({ collectorEndpoint: `http://${address}/api/traces` }),
  'exporter-udp': () => withExporter({ host, port: Number(port) }),
  'exporter-http': () => withExporter({ endpoint: `http://${address}/api/traces` }),
};
if (!(how in senders) || !service) {
  console.error('usage: node send-jaeger.js <client-udp|client-http|exporter-udp|exporter-http> <host:port> <service>');
  process.exit(2);
}

async function withClient(reporter) {
  const { initTracer } = (await import('jaeger-client')).default;
  let failure;
  const tracer = initTracer(
    { serviceName: service, sampler: { type: 'const', param: 1 }, reporter: { ...reporter, flushIntervalMs: 100 } },
    { logger: { info() {}, error(message) { failure = message; } }, tags: { region: 'north' } });
  const root = tracer.startSpan('POST /orders', { tags: { 'span.kind': 'server', 'http.status_code': 500, 'app.price': 12.5, 'app.express': true } });
  const child = tracer.startSpan('charge card', { childOf: root, tags: { 'span.kind': 'client', error: true } });
  child.log({ event: 'retry', attempt: 2, why: 'żółw' });
  child.finish();
  root.finish();
  await new Promise((done) => { tracer.close(done); });
  if (failure) throw new Error(failure);
  return root.context().traceIdStr;
}

async function withExporter(options) {
  const { context, SpanKind, SpanStatusCode, trace } = await import('@opentelemetry/api');
  const { NodeSDK, resources, tracing } = await import('@opentelemetry/sdk-node');
  const { JaegerExporter } = (await import('@opentelemetry/exporter-jaeger')).default;
  const exporter = new JaegerExporter(options);
  const send = exporter.export.bind(exporter);
  let failure;
  exporter.export = (spans, done) => send(spans, (result) => {
    if (result.code !== 0) failure = result.error ?? new Error(`export ended with code ${result.code}`);
    done(result);
  });
  const sdk = new NodeSDK({
    resource: resources.resourceFromAttributes({ 'service.name': service, region: 'north' }),
    spanProcessors: [new tracing.BatchSpanProcessor(exporter)],
    autoDetectResources: false,
  });
  sdk.start();
  const tracer = trace.getTracer('rubato-node', '2.0.0');
  const root = tracer.startSpan('POST /orders', {
    kind: SpanKind.SERVER, attributes: { 'http.status_code': 500, 'app.price': 12.5, 'app.express': true },
  });
  const child = tracer.startSpan('charge card', { kind: SpanKind.CLIENT }, trace.setSpan(context.active(), root));
  child.addEvent('retry', { attempt: 2, why: 'żółw' });
  child.setStatus({ code: SpanStatusCode.ERROR, message: 'card refused' });
  child.end();
  root.end();
  await sdk.shutdown();
  if (failure) throw failure;
  return root.spanContext().traceId;
}

try {
  console.log(await senders[how]());
  process.exit(0);
} catch (failure) {
  console.error(failure);
  process.exit(1);
}
