/**
 * Runs the official conformance suite against our server and our client: `npm run conformance:mcp`. Every scenario passes
 * but those that conformance.json leaves out with a reason; one that is left out and passes, or is not there any more, is
 * an error too.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { openHouse, TOKEN } from '../server/house.ts';

type Side = 'server' | 'client';

const SUITE = join(
  createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json'),
  '../dist/index.js',
);
const CLIENT = join(import.meta.dirname, 'conformance-client.ts');
/** Scenarios at once: each is two processes, most of whose time is their start. */
const WIDTH = 2;

/** Why a scenario is left out, by side and name. */
const leftOut = JSON.parse(readFileSync(join(import.meta.dirname, 'conformance.json'), 'utf8')) as Record<
  Side,
  Record<string, string>
>;

async function suite(...args: string[]): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [SUITE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close') as Promise<[number]>;
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, said: `${out}${err}` };
}

/** The names of all scenarios, as the suite itself lists them. */
async function scenarios(): Promise<Record<Side, string[]>> {
  const { said } = await suite('list');
  const [servers = '', clients = ''] = said.split(/^Client scenarios.*$/m);
  const namesIn = (part: string): string[] =>
    [...part.matchAll(/^ {2}- (\S+)/gm)].map(([, name = '']) => name);
  return { server: namesIn(servers), client: namesIn(clients) };
}

/** The suite sends no token: this puts ours on what it sends, and leaves the rest, Host and Origin too, as it is. */
async function withToken(target: string): Promise<{ url: string; proxy: Server }> {
  const { hostname, port } = new URL(target);
  const proxy = createServer((incoming, answer) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${TOKEN}` };
    const onward = request(
      { hostname, port, path: incoming.url, method: incoming.method, headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/mcp`, proxy };
}

const all = await scenarios();
const dir = await mkdtemp(join(tmpdir(), 'trunkline-conformance-'));
await using house = await openHouse();
const { url, proxy } = await withToken(house.url);
const faults: string[] = [];
const passed: Record<Side, number> = { server: 0, client: 0 };

async function run(side: Side, name: string): Promise<void> {
  const how =
    side === 'server' ? ['--url', url] : ['--command', `${process.execPath} ${CLIENT}`, '--timeout', '60000'];
  const { code, said } = await suite(side, ...how, '--scenario', name, '-o', dir);
  const reason = leftOut[side][name];
  const ok = code === 0;
  if (ok) passed[side]++;
  if (ok && reason !== undefined)
    faults.push(`${side} ${name} passes: take it out of conformance.json (${reason})`);
  if (!ok && reason === undefined)
    faults.push(`${side} ${name} fails:\n${said.split('\n').slice(-40).join('\n')}`);
  console.log(
    `${ok ? '✔' : reason === undefined ? '✖' : '–'} ${side} ${name}${ok || reason === undefined ? '' : `: ${reason}`}`,
  );
}

const wanted = process.argv.slice(2);
const queue = (['server', 'client'] as const)
  .flatMap((side) => all[side].map((name) => ({ side, name })))
  .filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const lane = async (): Promise<void> => {
  for (let next = queue.shift(); next; next = queue.shift()) await run(next.side, next.name);
};
await Promise.all(Array.from({ length: WIDTH }, lane));
for (const side of ['server', 'client'] as const) {
  for (const name of Object.keys(leftOut[side])) {
    if (!all[side].includes(name))
      faults.push(`${side} ${name} is in conformance.json, and not in the suite`);
  }
}
proxy.close();
proxy.closeAllConnections();
await rm(dir, { recursive: true, force: true });
console.log(
  `\nserver: ${passed.server} of ${all.server.length} pass, client: ${passed.client} of ${all.client.length}`,
);
for (const fault of faults) console.error(`\n${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
