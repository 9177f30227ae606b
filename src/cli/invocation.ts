import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { App, Config, World } from '../app/index.ts';
import type { GlobalOptions, Io } from './io.ts';
import { Terminal } from './terminal.ts';
import { usageError } from './report-error.ts';

/** One run of one command: where it shows things, and what it opened. */
export class Invocation {
  readonly io: Io;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Said when the person ends it before it is done. */
  whenInterrupted = 'interrupted';
  /** How long it may take then to note what it did, in milliseconds. */
  graceMs = 5000;
  /** It is meant to be ended by the person: then it has done what it was for. */
  stopsWell = false;
  readonly #globals: GlobalOptions;
  readonly #apps: App[] = [];

  constructor(io: Io, globals: GlobalOptions) {
    this.io = io;
    this.terminal = new Terminal(io, globals.json === true);
    this.signal = io.signal ?? new AbortController().signal;
    this.#globals = globals;
  }

  /** Everything wired, by the configuration of the person; closed when the command ends. */
  async app(): Promise<App> {
    const app = await this.open(await this.config());
    const { attached } = await import('./remote.ts');
    const house = await attached(app);
    // One beside a server holds connections of its own.
    if (house !== app) this.#apps.push(house);
    return house;
  }

  /** The configuration of the person. */
  async config(): Promise<Config> {
    const { loadConfig } = await import('../app/index.ts');
    const { config: configPath } = this.#globals;
    return loadConfig({
      env: this.env(),
      cwd: this.io.cwd,
      readFile: readText,
      ...(configPath === undefined ? {} : { configPath }),
    });
  }

  /** Everything wired, by a given configuration; closed when the command ends. */
  async open(config: Config, world?: World): Promise<App> {
    const { App } = await import('../app/index.ts');
    const { logLevel } = this.#globals;
    const level = (logLevel ?? config.logLevel) as Config['logLevel'];
    const app = new App({ ...config, logLevel: level }, world ?? (await this.world()));
    this.#apps.push(app);
    return app;
  }

  /** The environment, with what a `.env` file adds to it. */
  env(): Record<string, string | undefined> {
    return { ...this.dotEnv(), ...this.io.env };
  }

  /** What the `.env` file of the working directory says. */
  dotEnv(): Record<string, string | undefined> {
    const path = join(this.io.cwd, '.env');
    try {
      return parseEnv(readText(path) ?? '');
    } catch (error) {
      throw usageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The world as it is, until the person wants it to end. */
  async world(): Promise<World> {
    const { realWorld, stoppable } = await import('../app/index.ts');
    const writeLog = (line: string) => this.terminal.note(line);
    return stoppable({ ...realWorld, writeLog }, this.signal);
  }

  /** How the person starts this program. */
  get programName(): string {
    const { npm_package_name: name, npm_lifecycle_event: script } = this.io.env;
    return name === 'trunkline' && script !== 'npx' ? 'npm run -s trunkline --' : 'trunkline';
  }

  /** Begins nothing new. A command that is meant to be ended sees to that itself. */
  async stop(): Promise<void> {
    if (this.stopsWell) return;
    await Promise.all(this.#apps.map((app) => app.stop()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#apps.splice(0).map((app) => app.close()));
  }
}

/** The text of a file; undefined when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
