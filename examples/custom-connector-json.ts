/**
 * A connector without code: a JSON document says how to sign in, what the limits are and which calls there are. It gets
 * the same rate limits, retries, paging and errors as the built-in ones.
 *
 * In your own project the import is: import { ConnectorError, Trunkline } from 'trunkline';
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { ConnectorError, Trunkline } from '../src/index.ts';

await using trunkline = new Trunkline();
const document = fileURLToPath(new URL('senders.json', import.meta.url));
const api = process.env['BREVO_API_URL'];

const senders = await trunkline.connectors.connect(
  document,
  { key: process.env['BREVO_API_KEY'] },
  // Where it is not the address of the document: a region, a proxy, or a sandbox as here.
  api ? { servers: { api } } : {},
);

const answer = (await senders['senders']?.['list']?.({})) as { senders: { id: number; email: string }[] };
for (const { id, email } of answer.senders) console.log(`${id} ${email}`);
assert.ok(answer.senders.length > 0);

// Its inputs are checked like any others.
await assert.rejects(
  async () => senders['senders']?.['list']?.({ domain: 7 }),
  (error: unknown) => error instanceof ConnectorError && error.kind === 'input',
);
