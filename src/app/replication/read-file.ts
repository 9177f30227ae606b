import { resolve } from 'node:path';
import { checkDocument } from '../config/check.ts';
import { isRecord, readDocument } from '../config/document.ts';
import { ConfigError, problem } from '../config/problem.ts';
import { Variables } from '../config/variables.ts';
import { readReplication, type Replication } from './replication.ts';
import { replicationSchema } from './schema.ts';

/** What a replication file is read with. */
export interface ReplicationInput {
  path: string;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** The text of a file by its absolute path; undefined when there is none. */
  readFile: (path: string) => string | undefined;
}

/**
 * Reads a replication file. Its `env` adds to the environment that `${NAME}` is taken from.
 * @throws ConfigError with every problem at once
 */
export function readReplicationFile({ path, cwd, env, readFile }: ReplicationInput): Replication {
  const text = readText(path, () => readFile(resolve(cwd, path)));
  const read = (variables: Readonly<Record<string, string | undefined>>) =>
    readDocument(text, path, new Variables(variables), () => undefined);
  const document = read({ ...env, ...ownVariables(read(env).root) });
  // First, as it makes numbers and flags of texts that came from variables.
  const wrong = checkDocument(document, replicationSchema());
  const { replication, problems } = readReplication(document);
  problems.push(...document.problems, ...wrong);
  if (problems.length > 0) throw new ConfigError(problems);
  if (replication) return replication;
  throw new ConfigError([
    problem({
      source: path,
      position: { line: 1, column: 1 },
      path: '',
      expected: 'a map with the streams to extract',
      got: 'nothing',
      example: 'streams: { users: , meetings: }',
    }),
  ]);
}

/** The variables that the file itself sets. One that needs another which is not set is empty, and reported when used. */
function ownVariables(root: unknown): Record<string, string> {
  const block = isRecord(root) ? root['env'] : undefined;
  if (!isRecord(block)) return {};
  return Object.fromEntries(Object.entries(block).map(([name, value]) => [name, textOf(value)]));
}

function textOf(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
}

function readText(path: string, read: () => string | undefined): string {
  let got = `${JSON.stringify(path)}, which does not exist`;
  try {
    const text = read();
    if (text !== undefined) return text;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    got = `${code} when reading ${JSON.stringify(path)}`;
  }
  const expected = 'the path of a YAML file';
  throw new ConfigError([
    problem({ source: '--replication', path: '', expected, got, example: '--replication zoom.yaml' }),
  ]);
}
