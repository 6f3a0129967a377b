// Asks tempopb.StreamingQuerier one question and prints what came, as one JSON object: messages, code, details, trailers.
//   node ask.js <host:port> <proto file> <method> <request as JSON> [tenant]
import process from 'node:process';
import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

const [address, proto, method, request, tenant] = process.argv.slice(2);
const definition = loader.loadSync(proto, { keepCase: false, longs: String, enums: String, defaults: false, oneofs: true });
const { StreamingQuerier } = grpc.loadPackageDefinition(definition).tempopb;
const client = new StreamingQuerier(address, grpc.credentials.createInsecure());
const metadata = new grpc.Metadata();
if (tenant) metadata.set('x-scope-orgid', tenant);

const messages = [];
const call = client[method](JSON.parse(request), metadata, { deadline: Date.now() + 30000 });
call.on('data', (message) => messages.push(message));
call.on('error', () => { /* The status says the same. */ });
call.on('status', ({ code, details, metadata: trailers }) => {
  console.log(JSON.stringify({ messages, code, details, trailers: trailers.toJSON() }));
  client.close();
});
