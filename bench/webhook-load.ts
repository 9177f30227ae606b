/** Sends signed webhooks over loopback, in a process of its own. The plan comes as JSON; the result goes out as JSON. */
import { createConnection, type Socket } from 'node:net';
import { events } from '../src/connectors/zoom/webhooks.ts';
import { sign } from '../src/core/signature.ts';

interface Plan {
  port: number;
  secret: string;
  requests: number;
  connections: number;
  /** Requests per second; without it, as many as there can be. */
  rate?: number;
  /** So that no two runs send the same event. */
  salt: string;
}

const plan = JSON.parse(process.argv[2] ?? '{}') as Plan;

const latencies = new Float64Array(plan.requests);
const prepared = Array.from({ length: plan.requests }, (_, i) => request(plan, i));
process.stdout.write('ready\n');
process.stdin.once('data', () => {
  run().then(
    (result) => process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});

/** An event of 1.5 KB, as Zoom would send it. */
function request({ port, secret, salt }: Plan, i: number): Buffer {
  const object = {
    id: `${90_000_000_000 + i}`,
    uuid: `${salt}${i}==`,
    host_id: 'x1yCzABCDEfg23HiJKl4mN',
    topic: 'Weekly round of the whole team',
    type: 8,
    start_time: '2026-11-21T09:00:00Z',
    timezone: 'Europe/Berlin',
    duration: 60,
    participant: {
      user_id: `${16_778_240 + i}`,
      user_name: 'Maria Muster',
      id: 'iFxeBPYun6SAiWUzBcEkX',
      participant_uuid: '55555AAAiAAAAAiAiAiiAii',
      email: `person-${i}@example.com`,
      join_time: '2026-11-21T09:00:12Z',
      registrant_id: 'abcdefghij0-k1mn2op3qr',
      participant_user_id: 'DYHrdpjrS3uaOf7dPkkg8w',
      customer_key: '349589LkJyeW',
    },
    agenda: '',
  };
  const event = {
    event: 'meeting.participant_joined',
    event_ts: 1_795_251_612_000 + i,
    payload: { account_id: 'AAAAAABBBB', object },
  };
  object.agenda = 'x'.repeat(Math.max(0, 1500 - Buffer.byteLength(JSON.stringify(event))));
  const body = Buffer.from(JSON.stringify(event));
  const headers = {
    host: `127.0.0.1:${port}`,
    'user-agent': 'Zoom Marketplace/1.0a',
    'content-type': 'application/json; charset=utf-8',
    'content-length': `${body.byteLength}`,
    clientid: 'benchmark',
    'x-zm-trackingid': `v=2.0;clid=us01;rid=WEB_${i}`,
    ...sign(events.verify, secret, body, Date.now()),
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST /webhooks/zoom HTTP/1.1\r\n${head.join('')}\r\n`), body]);
}

async function run(): Promise<unknown> {
  const sockets = await Promise.all(Array.from({ length: plan.connections }, connect));
  // To take a connection costs a receiver more than an event; senders keep theirs. All send the same one, which is kept once.
  await Promise.all(sockets.map((lane) => lane.send(prepared[0] as Buffer)));
  const start = performance.now();
  const failed = plan.rate === undefined ? await asFastAsCanBe(sockets) : await atRate(sockets, plan.rate);
  const seconds = (performance.now() - start) / 1000;
  for (const { socket } of sockets) socket.destroy();
  const sorted = latencies.toSorted();
  const percentile = (p: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? 0;
  return {
    perSecond: plan.requests / seconds,
    p50: percentile(0.5),
    p99: percentile(0.99),
    max: sorted.at(-1),
    failed,
  };
}

async function asFastAsCanBe(sockets: readonly Lane[]): Promise<number> {
  let next = 0;
  let failed = 0;
  await Promise.all(
    sockets.map(async (lane) => {
      while (next < plan.requests) {
        const i = next++;
        const begun = performance.now();
        if ((await lane.send(prepared[i] as Buffer)) !== 200) failed++;
        latencies[i] = performance.now() - begun;
      }
    }),
  );
  return failed;
}

/** Open loop: each request has its moment, and is late from then on, whoever made it wait. */
async function atRate(sockets: readonly Lane[], rate: number): Promise<number> {
  const start = performance.now();
  const free = [...sockets];
  const due: { i: number; at: number }[] = [];
  const done = Promise.withResolvers<void>();
  let failed = 0;
  let scheduled = 0;
  let left = plan.requests;
  const pump = (): void => {
    while (free.length > 0 && due.length > 0) {
      const lane = free.pop() as Lane;
      const { i, at } = due.shift() as { i: number; at: number };
      void serve(lane, i, at);
    }
  };
  const serve = async (lane: Lane, i: number, at: number): Promise<void> => {
    const status = await lane.send(prepared[i] as Buffer);
    latencies[i] = performance.now() - at;
    if (status !== 200) failed++;
    free.push(lane);
    if (--left === 0) done.resolve();
    else pump();
  };
  const tick = (): void => {
    const elapsed = performance.now() - start;
    while (scheduled < plan.requests && (scheduled * 1000) / rate <= elapsed) {
      due.push({ i: scheduled, at: start + (scheduled * 1000) / rate });
      scheduled++;
    }
    pump();
    // A loop that never sleeps would take the processor that the receiver runs on.
    if (scheduled < plan.requests) setTimeout(tick, 1);
  };
  tick();
  await done.promise;
  return failed;
}

interface Lane {
  socket: Socket;
  /** Status of the answer. */
  send(bytes: Buffer): Promise<number>;
}

/** One connection that is kept open. Answers are read as far as they must be: status and length. */
async function connect(): Promise<Lane> {
  const socket = createConnection({ port: plan.port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let answered: (status: number) => void = () => undefined;
  let text = '';
  socket.on('error', () => answered(0)).on('close', () => answered(0));
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (text.length < end + 4 + length) return;
    const status = Number(text.slice(9, 12));
    text = text.slice(end + 4 + length);
    answered(status);
  });
  return {
    socket,
    send: (bytes) =>
      new Promise((resolve) => {
        answered = resolve;
        socket.write(bytes);
      }),
  };
}
