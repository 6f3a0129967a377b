// Sends one small trace through a Zipkin client, unmodified, and prints its id.
//   node send-zipkin.js <library|exporter> <host:port> <service>
import process from 'node:process';

const [how, address, service] = process.argv.slice(2);
const senders = { library: withLibrary, exporter: withExporter };
if (!(how in senders) || !service) {
  console.error('usage: node send-zipkin.js <library|exporter> <host:port> <service>');
  process.exit(2);
}

async function withLibrary() {
  const { Annotation, BatchRecorder, ExplicitContext, Tracer, jsonEncoder } = (await import('zipkin')).default;
  const { HttpLogger } = (await import('zipkin-transport-http')).default;
  let failure;
  const logger = new HttpLogger({
    endpoint: `http://${address}/api/v2/spans`, jsonEncoder: jsonEncoder.JSON_V2, httpInterval: 100, log: { error(message) { failure = message; } },
  });
  const sent = new Promise((done) => { logger.on('success', done); logger.on('error', (error) => { failure = error; done(); }); });
  const tracer = new Tracer({ ctxImpl: new ExplicitContext(), recorder: new BatchRecorder({ logger }), localServiceName: service, defaultTags: { region: 'north' } });
  const root = tracer.createRootId();
  const child = tracer.letId(root, () => tracer.createChildId());
  const record = (id, annotation) => { tracer.setId(id); tracer.recordAnnotation(annotation); };
  record(root, new Annotation.ServiceName(service));
  record(root, new Annotation.Rpc('post /orders'));
  record(root, new Annotation.ServerRecv());
  record(root, new Annotation.BinaryAnnotation('error', 'true'));
  record(child, new Annotation.ServiceName(service));
  record(child, new Annotation.Rpc('charge card'));
  record(child, new Annotation.ClientSend());
  record(child, new Annotation.ServerAddr({ serviceName: 'bank', host: { ipv4: () => '10.1.2.3' }, port: 443 }));
  record(child, new Annotation.Message('retry: żółw'));
  record(child, new Annotation.ClientRecv());
  record(root, new Annotation.ServerSend());
  // The library's own timer keeps nobody waiting.
  const alive = setInterval(() => {}, 1000);
  await sent;
  clearInterval(alive);
  if (failure) throw failure;
  return root.traceId;
}

async function withExporter() {
  const { context, SpanKind, SpanStatusCode, trace } = await import('@opentelemetry/api');
  const { NodeSDK, resources, tracing } = await import('@opentelemetry/sdk-node');
  const { ZipkinExporter } = (await import('@opentelemetry/exporter-zipkin')).default;
  const exporter = new ZipkinExporter({ url: `http://${address}/api/v2/spans` });
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
  const root = tracer.startSpan('post /orders', { kind: SpanKind.SERVER });
  root.setStatus({ code: SpanStatusCode.ERROR, message: 'no money' });
  const child = tracer.startSpan('charge card', { kind: SpanKind.CLIENT, attributes: { 'peer.service': 'bank' } }, trace.setSpan(context.active(), root));
  child.addEvent('retry: żółw');
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
