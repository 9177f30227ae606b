/** Servers and workers as processes of their own, that come back whenever they end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const MAIN = new URL('../../src/cli/main.ts', import.meta.url).pathname;

export interface FleetOptions {
  /** Working directory: where trunkline.yaml stands. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  servers: number;
  workers: number;
}

/** One that runs, or is about to. */
interface Member {
  command: 'serve' | 'worker';
  env: Readonly<Record<string, string | undefined>>;
  child: ChildProcess;
  /** It has said that it is there. */
  up: boolean;
  ended: Promise<number | null>;
}

export interface Fleet extends AsyncDisposable {
  /** Addresses of the servers; they stay the same. */
  readonly urls: readonly string[];
  /** How often each ended otherwise than it was made to. */
  readonly falls: string[];
  /** Resolves when all of them are up. */
  ready(): Promise<void>;
  /** Kills one that is up, as a crash would; it comes back by itself. `which` may be any number. */
  kill(which: number): Promise<void>;
  /** Asks one after the other to end, and goes on when the next one has taken its place. Gives their exit codes. */
  roll(): Promise<(number | null)[]>;
  /** Ends all of them. Gives their exit codes. */
  stop(): Promise<(number | null)[]>;
}

/** Starts all of them at once. */
export async function openFleet({ cwd, env, servers, workers }: FleetOptions): Promise<Fleet> {
  const ports = await Promise.all(Array.from({ length: servers }, freePort));
  const falls: string[] = [];
  let open = true;
  const start = (command: Member['command'], own: Member['env']): Member => {
    const child = spawn(process.execPath, [MAIN, command, '--json'], {
      cwd,
      env: { ...env, ...own },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    const member: Member = { command, env: own, child, up: false, ended };
    child.stdout?.once('data', () => (member.up = true)).resume();
    return member;
  };
  const members = [
    ...ports.map((port) => start('serve', { PORT: String(port) })),
    ...Array.from({ length: workers }, () => start('worker', { PORT: '0' })),
  ];
  /** Those that were told to end. */
  const told = new WeakSet<Member>();
  const guards = members.map(async (_, place) => {
    for (;;) {
      const member = members[place] as Member;
      const code = await member.ended;
      if (!told.has(member)) falls.push(`${member.command} ended with ${code}`);
      if (!open) return;
      members[place] = start(member.command, member.env);
    }
  });
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await pause(10);
  };
  const end = (member: Member, signal: NodeJS.Signals): Promise<number | null> => {
    told.add(member);
    member.child.kill(signal);
    return member.ended;
  };
  const fleet: Fleet = {
    urls: ports.map((port) => `http://127.0.0.1:${port}`),
    falls,
    ready: () => until(() => members.every(({ up }) => up)),
    kill: async (which) => {
      const alive = () => members.filter(({ up, child }) => up && child.exitCode === null && !child.killed);
      await until(() => alive().length > 0);
      const some = alive();
      await end(some[which % some.length] as Member, 'SIGKILL');
    },
    roll: async () => {
      const codes: (number | null)[] = [];
      for (const [place, member] of [...members].entries()) {
        codes.push(await end(member, 'SIGTERM'));
        await until(() => members[place] !== member && (members[place]?.up ?? false));
      }
      return codes;
    },
    stop: async () => {
      open = false;
      const codes = await Promise.all(members.map((member) => end(member, 'SIGTERM')));
      await Promise.all(guards);
      return codes;
    },
    [Symbol.asyncDispose]: async () => {
      open = false;
      await Promise.all(members.map((member) => end(member, 'SIGKILL')));
    },
  };
  return fleet;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
