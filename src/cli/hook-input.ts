import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { NewHookRequest } from '../app/index.ts';
import { readText, type Invocation } from './invocation.ts';
import { usageError } from './report-error.ts';

/** Options of `hooks add`. */
export interface HookAddOptions {
  preset?: string;
  settings?: string;
  connection?: string;
  webhook?: string;
  events?: string;
  secret?: string[];
  proof: boolean;
}

/** What `hooks add` asks for. */
export async function readHookRequest(
  invocation: Invocation,
  name: string | undefined,
  options: HookAddOptions,
): Promise<NewHookRequest> {
  const { preset, settings, connection, webhook, events, secret = [], proof } = options;
  if (connection !== undefined && (preset ?? settings) !== undefined) {
    throw usageError(
      'a hook of a connection has its settings with the connector',
      'Leave out --preset and --settings, or --connection.',
    );
  }
  const own =
    connection === undefined ? await settingsOf(invocation, name, { preset, settings, proof }) : undefined;
  const secrets = await secretsFrom(invocation, secret);
  return {
    ...(name !== undefined && { name }),
    ...(connection !== undefined && { connection }),
    ...(webhook !== undefined && { webhook }),
    ...(own && { settings: own }),
    ...(events !== undefined && { events: events.split(',').map((one) => one.trim()) }),
    ...(secrets.length > 0 && { secrets }),
  };
}

async function settingsOf(
  invocation: Invocation,
  name: string | undefined,
  { preset, settings, proof }: { preset: string | undefined; settings: string | undefined; proof: boolean },
): Promise<NonNullable<NewHookRequest['settings']>> {
  const { presetSettings } = await import('../app/index.ts');
  const open = proof ? {} : { auth: { method: 'none' as const } };
  const given = settings === undefined ? {} : jsonOption(invocation, '--settings', settings);
  if (preset === undefined && settings === undefined && proof) {
    throw usageError(
      'nothing says how events prove where they come from',
      'Give --preset, --settings or --connection; --no-proof takes all that comes to the address.',
    );
  }
  const base = preset === undefined ? { title: name ?? 'hook' } : presetSettings(preset);
  return { ...base, ...given, ...open };
}

/** Secrets of the command line: `-` is read from the input, `$NAME` from the environment. */
export async function secretsFrom(invocation: Invocation, given: readonly string[]): Promise<string[]> {
  const secrets: string[] = [];
  for (const one of given) {
    if (one === '-') secrets.push((await text(invocation.io.stdin)).trim());
    else if (/^\$\w+$/.test(one)) {
      const value = invocation.env()[one.slice(1)];
      if (value === undefined)
        throw usageError(`${one} is not set`, 'Set the variable, or give the secret itself.');
      secrets.push(value);
    } else secrets.push(one);
  }
  return secrets;
}

/** A JSON object of the command line, or of a file behind `@`. */
export function jsonOption({ io }: Invocation, flag: string, given: string): Record<string, unknown> {
  const content = given.startsWith('@') ? readText(resolve(io.cwd, given.slice(1))) : given;
  if (content === undefined) throw usageError(`${flag}: there is no file ${given.slice(1)}`);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw usageError(`${flag} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw usageError(`${flag} is not a JSON object`);
}
