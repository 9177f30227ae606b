import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Outcome } from '../../src/webhooks/outcome.ts';
import { seededRandom } from '../store/temp.ts';
import { ended, signed, type Signed } from './stage.ts';

/** What the receiver holds. */
export interface Holding {
  counts: Record<Outcome, number>;
  /** Events in the inbox. */
  inbox: number;
  /** Lines that it logged. */
  lines: number;
  /** Bytes after a collection. */
  heap: number;
  rss: number;
}

export interface Attack {
  before: Holding;
  after: Holding;
  /** How often each status was answered; 0 where the connection went without an answer. */
  statuses: Readonly<Record<number, number>>;
  /** Status of a genuine event after all of it. */
  genuine: number;
}

const HOUR = 60 * 60_000;
const LANES = 32;

/** Sends so many hostile requests to a receiver in a process of its own. It holds one genuine event, which is replayed. */
export async function attack(requests: number, seed: number): Promise<Attack> {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-hostile-'));
  const script = new URL('hostile-receiver.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--expose-gc', script, join(folder, 'trunkline.db')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the receiver ended (${child.exitCode ?? child.signalCode})`);
    return JSON.parse(value) as T;
  };
  const ask = (): Promise<Holding> => {
    child.stdin.write('?\n');
    return line<Holding>();
  };
  try {
    const { port } = await line<{ port: number }>();
    const genuine = signed(ended(1), Date.now());
    if ((await send(port, whole(genuine))) !== 200) throw new Error('the genuine event was not taken');
    const random = seededRandom(seed);
    const statuses: Record<number, number> = {};
    const wave = async (count: number): Promise<void> => {
      let left = count;
      const lane = async (): Promise<void> => {
        while (left-- > 0) {
          const status = await send(port, hostile(random, genuine));
          statuses[status] = (statuses[status] ?? 0) + 1;
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
    };
    // What is compiled and cached once is there after the first part; from then on memory must not grow.
    await wave(Math.floor(requests / 5));
    const before = await ask();
    await wave(requests - Math.floor(requests / 5));
    const after = await ask();
    return { before, after, statuses, genuine: await send(port, whole(signed(ended(2), Date.now()))) };
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes to send, and whether the sender hangs up after them without waiting. */
interface Shot {
  bytes: Buffer;
  hangUp?: boolean;
}

const KINDS: readonly ((random: () => number, genuine: Signed) => Shot)[] = [
  // A signature with another secret, of nothing, of rubbish, of the wrong length.
  (random) => whole(signed(ended(Math.floor(random() * 1e6)), Date.now(), { secret: 'a-guess' })),
  (random) => {
    const rubbish = ['v0=', 'v1=abc', 'v0=zz', `v0=${'0'.repeat(64)}`, 'x'.repeat(4000), 'v0=\u00ff'];
    const one = rubbish[Math.floor(random() * rubbish.length)] ?? '';
    return whole(withHeaders(signed(ended(3), Date.now()), { 'x-zm-signature': one }));
  },
  () => whole(withHeaders(signed(ended(3), Date.now()), { 'x-zm-signature': undefined })),
  () => whole(withHeaders(signed(ended(3), Date.now()), { 'x-zm-request-timestamp': '1e9' })),
  // Right once, and replayed too late, with another time, or with another body.
  () => whole(signed(ended(3), Date.now() - 2 * HOUR)),
  () => whole(signed(ended(3), Date.now() + 2 * HOUR)),
  (_, genuine) =>
    whole(withHeaders(genuine, { 'x-zm-request-timestamp': `${Math.floor(Date.now() / 1000) + 1}` })),
  (_, { headers, body }) => whole({ headers, body: Buffer.from(body.toString().replace('ended', 'begun')) }),
  (_, genuine) => whole(genuine),
  // Cut off, too long, of no length.
  (random, genuine) => {
    const { bytes } = whole(genuine);
    return { bytes: bytes.subarray(0, Math.floor(random() * bytes.length)), hangUp: true };
  },
  () => whole({ ...signed(ended(3), Date.now()), body: Buffer.alloc(150_000, 'x') }),
  () => ({
    bytes: Buffer.from(
      `${head({ 'content-type': 'application/json', 'transfer-encoding': 'chunked' })}20000\r\n${'x'.repeat(0x20000)}\r\n0\r\n\r\n`,
    ),
  }),
  // Other types, deep JSON, members that are traps.
  () =>
    whole(withHeaders(signed(ended(3), Date.now()), { 'content-type': 'multipart/form-data; boundary=x' })),
  () => whole(withHeaders(signed(ended(3), Date.now()), { 'content-type': undefined })),
  () => whole(signed(Buffer.from('['.repeat(40_000)), Date.now(), { secret: 'a-guess' })),
  () => whole(signed(Buffer.from('{"a":'.repeat(10_000)), Date.now(), { secret: 'a-guess' })),
  () =>
    whole(
      signed(Buffer.from('{"__proto__":{"event":"x"},"event":["meeting.ended"]}'), Date.now(), {
        secret: 'a',
      }),
    ),
  // Not what HTTP allows.
  () => ({ bytes: Buffer.from('POST /webhooks/zoom HTTP/1.1\r\ncontent-length: -1\r\n\r\n') }),
  (random) => ({ bytes: Buffer.from(Array.from({ length: 200 }, () => Math.floor(random() * 256))) }),
  () => ({ bytes: Buffer.from(`GET /webhooks/zoom HTTP/1.1\r\nhost: x\r\n\r\n`) }),
];

/** A body that never ends; these cost time, so there are few of them. */
const slow: Shot = {
  bytes: Buffer.from(`${head({ 'content-type': 'application/json', 'content-length': '100' })}{`),
};

function hostile(random: () => number, genuine: Signed): Shot {
  if (random() < 0.005) return slow;
  const kind = KINDS[Math.floor(random() * KINDS.length)];
  return kind ? kind(random, genuine) : slow;
}

function withHeaders({ headers, body }: Signed, other: Record<string, string | undefined>): Signed {
  const all = Object.entries({ ...headers, ...other }).filter(([, value]) => value !== undefined);
  return { headers: Object.fromEntries(all) as Record<string, string>, body };
}

function whole({ headers, body }: Signed): Shot {
  const bytes = Buffer.from(head({ ...headers, 'content-length': `${body.length}` }), 'latin1');
  return { bytes: Buffer.concat([bytes, body]) };
}

function head(headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /webhooks/zoom HTTP/1.1\r\nhost: x\r\n${lines.join('')}connection: close\r\n\r\n`;
}

/** Status of the answer; 0 when there was none. */
function send(port: number, { bytes, hangUp }: Shot): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let text = '';
    const end = (): void => {
      socket.destroy();
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0));
    };
    // Rubbish that looks like the beginning of a request gets no answer: nobody waits for it here.
    socket.setTimeout(2000, end);
    socket.on('error', end).on('close', end);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.includes('\r\n\r\n')) end();
    });
    if (hangUp === true) socket.write(bytes, end);
    else socket.write(bytes);
  });
}
