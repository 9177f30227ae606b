/** What the examples of flows share: a server with its configuration in a folder of its own, its API and commands. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

// With the package installed, that is `trunkline` on the path.
const MAIN = new URL('../../src/cli/main.ts', import.meta.url).pathname;

const TOKEN = 'a-token-of-the-example';

export interface House extends AsyncDisposable {
  /** Where webhooks are sent to. */
  url: string;
  /** Runs a command and gives what it says with --json. */
  trunkline<T>(...command: string[]): Promise<T>;
  /** The newest run of a flow, once it is over. */
  runOf(flow: string): Promise<Run>;
}

export interface Run {
  id: string;
  state: string;
  output: Record<string, unknown>;
  error?: { message: string };
  items: { step: string; item: number; state: string; input: unknown; output: unknown }[];
}

/** Starts `trunkline serve` with these files beside it; environment and credentials are those of the caller. */
export async function open(files: Readonly<Record<string, string>>): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'trunkline-example-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    PORT: String(port),
    TRUNKLINE_PUBLIC_URL: url,
    TRUNKLINE_ADMIN_TOKEN: TOKEN,
    TRUNKLINE_DATA_DIR: join(folder, '.trunkline'),
    LOG_LEVEL: 'error',
  };
  const server = spawn(process.execPath, [MAIN, 'serve', '--json'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(server, 'exit');
  const ready = once(createInterface(server.stdout), 'line');
  await Promise.race([ready, ended.then(() => Promise.reject(new Error('the server ended')))]);
  const headers = { authorization: `Bearer ${TOKEN}` };
  const ask = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${url}/api/v1${path}`, { headers })).json()) as T;
  const house: House = {
    url,
    trunkline: async <T>(...command: string[]) => {
      const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...command, '--json'], {
        cwd: folder,
        env,
      });
      return JSON.parse(stdout) as T;
    },
    runOf: async (flow) => {
      for (;;) {
        const [line] = await ask<Run[]>(`/flow-runs?limit=1&flow=${flow}`);
        if (line && !['queued', 'running', 'waiting'].includes(line.state)) {
          if (line.state !== 'done')
            throw new Error(`the run is ${line.state}: ${line.error?.message ?? ''}`);
          return ask<Run>(`/flow-runs/${line.id}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async [Symbol.asyncDispose]() {
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
  return house;
}

/** Has the sandbox do something that in real life a person or another system does. */
export async function sandboxDoes<T>(what: string, body: object): Promise<T> {
  const address = new URL(`/__sandbox/${what}`, process.env['ZOOM_API_URL']);
  const answer = await fetch(address, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
