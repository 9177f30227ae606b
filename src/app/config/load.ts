import { dirname, resolve } from 'node:path';
import { assemble } from './assemble.ts';
import { checkDocument } from './check.ts';
import { authProblems } from './connection-auth.ts';
import { readConnectionVariables } from './connection-variables.ts';
import type { Config, ConfigSources } from './config.ts';
import { pathText, readDocument } from './document.ts';
import type { ConfigDocument, Path } from './document.ts';
import { readReplication } from '../replication/replication.ts';
import { readFieldMapping } from './field-mapping.ts';
import { readFlows } from './flow-settings.ts';
import { ConfigError, problem } from './problem.ts';
import type { Position, Problem } from './problem.ts';
import { SettingsReader } from './reader.ts';
import { CREDENTIAL_VARIABLES, fileSchema, SHARED_KEYS } from './file-schema.ts';
import { Variables } from './variables.ts';

/** All that the configuration is made from. */
export interface LoadInput {
  env: Record<string, string | undefined>;
  /** From `--config`. */
  configPath?: string;
  cwd: string;
  /** The text of a file by its absolute path; undefined when there is none. */
  readFile: (path: string) => string | undefined;
}

/**
 * Reads `trunkline.yaml` and the environment into one configuration; throws one `ConfigError` with every problem.
 *
 * The file is `--config`, else `TRUNKLINE_CONFIG`, else `./trunkline.yaml` if there is one. What the file names wins;
 * the environment fills the rest: `ZOOM_ACCOUNT_ID`, `ZOOM_CLIENT_ID`, `ZOOM_CLIENT_SECRET`, `ZOOM_WEBHOOK_SECRET`,
 * `ZOOM_VERIFICATION_TOKEN`, `ZOOM_API_URL`, `ZOOM_OAUTH_URL`, `ZOOM_PLAN`, `BREVO_API_KEY`, `BREVO_API_URL`,
 * `BREVO_PLAN`, `BREVO_READ_LAG_SECONDS`, `LOG_LEVEL`. From the environment alone come `DATABASE_URL`,
 * `TRUNKLINE_DATA_DIR`, `TRUNKLINE_SECRET_KEY`, `TRUNKLINE_PUBLIC_URL`, `TRUNKLINE_ADMIN_TOKEN`, `HOST`, `PORT`.
 * A connection may also stand in one variable as YAML or JSON: `ZOOM={type: api, spec: zoom, secrets: {…}}`.
 * A variable that is blank counts as not set.
 *
 * Texts of the file may hold `${NAME}` and `${NAME:-default}`; `$${` is a literal `${`. `lists`, `field_mapping`,
 * `debug`, `log_level` and `log_webhooks` may stand at the top level or inside `connectors.zoom`, not at both.
 * In `flows`, `${…}` is an expression and never a variable of the environment.
 * Who is not sent to Brevo stands in the block `exclude` at the top level. `debug: true` outranks `log_level`.
 * In `lists`, a text of digits is an id, as it comes from `${LIST_ID}`.
 */
export function loadConfig(input: LoadInput): Config {
  const variables = new Variables(input.env);
  const problems: Problem[] = [];
  const file = chooseFile(input, variables, problems);
  const document = file && readDocument(file.text, file.path, variables, ownVariable, AS_WRITTEN);
  if (document) {
    const schemaProblems = checkDocument(document, fileSchema());
    problems.push(...document.problems, ...schemaProblems, ...givenTwice(document));
    for (const path of placesOf('field_mapping')) problems.push(...readFieldMapping(document, path).problems);
    problems.push(...readReplication(document, ['extract']).problems, ...readFlows(document).problems);
  }
  const reader = new SettingsReader(document, variables);
  const sources: ConfigSources = {
    ...(file && { file: { path: file.path, chosenBy: file.chosenBy } }),
    variables: [],
    settings: reader.settings,
    unset: document?.unset ?? [],
  };
  const folder = file ? dirname(resolve(input.cwd, file.path)) : input.cwd;
  const config = assemble({ reader, document, sources, cwd: input.cwd, folder });
  if (document) problems.push(...authProblems(document, config.connections));
  problems.push(...reader.problems, ...readConnectionVariables(config, input.env, variables));
  if (problems.length > 0) throw new ConfigError(problems);
  sources.variables.push(...[...variables.used].toSorted());
  return config;
}

/** Blocks in which `${…}` is no variable: flows have expressions, and none of them may see the environment. */
const AS_WRITTEN = ['flows'];

type ChosenFile = { path: string; text: string; chosenBy: '--config' | 'TRUNKLINE_CONFIG' | 'default' };

function chooseFile(input: LoadInput, variables: Variables, problems: Problem[]): ChosenFile | undefined {
  const named = input.configPath ?? variables.get('TRUNKLINE_CONFIG');
  const chosenBy =
    input.configPath !== undefined ? '--config' : named !== undefined ? 'TRUNKLINE_CONFIG' : 'default';
  const path = named ?? 'trunkline.yaml';
  const wrong = (got: string): undefined => {
    const example = chosenBy === '--config' ? '--config trunkline.yaml' : 'TRUNKLINE_CONFIG=trunkline.yaml';
    const source = chosenBy === 'default' ? path : chosenBy;
    problems.push(problem({ source, path: '', expected: 'the path of a YAML file', got, example }));
  };
  try {
    const text = input.readFile(resolve(input.cwd, path));
    if (text !== undefined) return { path, text, chosenBy };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    return wrong(`${code} when reading ${JSON.stringify(path)}`);
  }
  if (chosenBy !== 'default') wrong(`${JSON.stringify(path)}, which does not exist`);
  return undefined;
}

function ownVariable(path: Path): string | undefined {
  const name = pathText(path);
  return Object.hasOwn(CREDENTIAL_VARIABLES, name) ? CREDENTIAL_VARIABLES[name] : undefined;
}

function placesOf(key: string): [Path, Path] {
  return [['connectors', 'zoom', key], [key]];
}

function givenTwice(document: ConfigDocument): Problem[] {
  return SHARED_KEYS.flatMap((key) => {
    const given = placesOf(key).flatMap((path) => {
      const spot = document.spot(path);
      return spot && !spot.broken && document.get(path) !== undefined ? [{ path, key: spot.key }] : [];
    });
    const [first, second] = given.toSorted((a, b) => a.key.line - b.key.line);
    if (!first || !second) return [];
    return [
      problem({
        source: document.file,
        position: second.key,
        path: pathText(second.path),
        expected: `${key} at one place`,
        got: `it ${placeText(first)} and ${placeText(second)}`,
        example: `${key} inside connectors.zoom only`,
      }),
    ];
  });
}

function placeText({ path, key }: { path: Path; key: Position }): string {
  return `${path.length > 1 ? 'inside connectors.zoom' : 'at the top level'} on line ${key.line}`;
}
