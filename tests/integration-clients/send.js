// Sends one small trace through OpenTelemetry's SDK for Node, unmodified, and prints its id.
//   node send.js <http-json|http-proto|grpc> <endpoint> <service>
import process from 'node:process';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeSDK, resources, tracing } from '@opentelemetry/sdk-node';
import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';

const [protocol, endpoint, service] = process.argv.slice(2);
const exporters = {
  'http-json': () => new JsonExporter({ url: `${endpoint}/v1/traces` }),
  'http-proto': () => new ProtobufExporter({ url: `${endpoint}/v1/traces`, compression: 'gzip' }),
  grpc: () => new GrpcExporter({ url: endpoint }),
};
if (!(protocol in exporters) || !service) {
  console.error('usage: node send.js <http-json|http-proto|grpc> <endpoint> <service>');
  process.exit(2);
}

// The SDK swallows what an exporter reports; a refusal must be this process' failure.
const exporter = exporters[protocol]();
const send = exporter.export.bind(exporter);
let failure;
exporter.export = (spans, done) => send(spans, (result) => {
  if (result.code !== 0) failure = result.error ?? new Error(`export ended with code ${result.code}`);
  done(result);
});

const sdk = new NodeSDK({
  resource: resources.resourceFromAttributes({ 'service.name': service }),
  spanProcessors: [new tracing.BatchSpanProcessor(exporter)],
  autoDetectResources: false,
});
sdk.start();

const tracer = trace.getTracer('rubato-node', '2.0.0');
const root = tracer.startSpan('POST /orders', {
  kind: SpanKind.SERVER,
  attributes: {
    'http.request.method': 'POST',
    'http.response.status_code': 500,
    'app.price': 12.5,
    'app.express': true,
    'app.items': ['book', 'pen', 'żółw'],
  },
});
const child = tracer.startSpan('charge card', { kind: SpanKind.CLIENT }, trace.setSpan(context.active(), root));
child.addEvent('retry', { attempt: 2 });
child.addLink({ context: root.spanContext(), attributes: { why: 'test' } });
child.recordException(new Error('card refused'));
child.setStatus({ code: SpanStatusCode.ERROR, message: 'card refused' });
child.end();
root.end();

await sdk.shutdown();
if (failure) {
  console.error(failure);
  process.exit(1);
}

console.log(root.spanContext().traceId);
