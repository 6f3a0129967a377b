// Drives a Google Cloud Storage server with Google's own client: what our fake must understand the way the real one does.
// usage: node gcs.js ENDPOINT BUCKET; prints "ok" and ends with 0, or the first thing that was not as expected.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Storage } from "@google-cloud/storage";

const [endpoint, name] = process.argv.slice(2);
const storage = new Storage({ apiEndpoint: endpoint, projectId: "tests", useAuthWithCustomEndpoint: false, retryOptions: { autoRetry: false } });
const bucket = storage.bucket(name);

const small = bucket.file("t/a b+c%20/żółw 😀");
await small.save("hello", { resumable: false, validation: "md5", metadata: { metadata: { owner: "tests" } } });
assert.equal((await small.download())[0].toString(), "hello");
assert.equal((await small.download({ start: 1, end: 3 }))[0].toString(), "ell");
assert.equal((await small.getMetadata())[0].size, "5");

// Resumable, in chunks, checked by MD5 on both sides.
const large = bucket.file("t/large");
const content = randomBytes(3 * 1024 * 1024 + 17);
await large.save(content, { resumable: true, chunkSize: 256 * 1024, validation: "md5" });
assert.ok((await large.download({ validation: "md5" }))[0].equals(content));

await assert.rejects(small.save("again", { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } }), { code: 412 });
await bucket.file("t/new").save("new", { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } });
assert.equal((await small.download())[0].toString(), "hello");

await bucket.file("u/x").save("x", { resumable: false });
const [files] = await bucket.getFiles({ prefix: "t/" });
assert.deepEqual(files.map((file) => file.name).sort(), ["t/a b+c%20/żółw 😀", "t/large", "t/new"]);
const [, , answer] = await bucket.getFiles({ delimiter: "/", autoPaginate: false });
assert.deepEqual(answer.prefixes, ["t/", "u/"]);
const [paged] = await bucket.getFiles({ maxResults: 2 });
assert.equal(paged.length, 2);
const [later] = await bucket.getFiles({ startOffset: "t/l" });
assert.deepEqual(later.map((file) => file.name), ["t/large", "t/new", "u/x"]);

await small.delete();
await assert.rejects(small.delete(), { code: 404 });
assert.deepEqual(await small.exists(), [false]);
await assert.rejects(storage.bucket("no-such-bucket").file("x").download(), { code: 404 });
console.log("ok");
