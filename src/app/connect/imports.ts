import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { ConnectorError } from '../../core/errors.ts';
import { guardedFetch } from '../../http/guard.ts';
import type { Definition } from '../../openapi/definition.ts';
import { diffDefinitions, type DefinitionDiff } from '../../openapi/diff.ts';
import { refuseSecrets } from '../../openapi/export-openapi.ts';
import { parseDefinition } from '../../openapi/from-json.ts';
import { importDocument, type ImportResult } from '../../openapi/import.ts';
import { applyOverlay, NO_EDITS, operationsOf, type Applied } from '../../openapi/overlay.ts';
import { isObject, same } from '../../openapi/pointer.ts';
import type { DocumentSource } from '../../store/connectors.ts';
import { draftOf, type Draft } from './draft.ts';
import type { ConnectHouse } from './house.ts';
import type { ImportOutcome, ImportRequest } from './types.ts';

/** Largest document, in bytes; the largest public ones have 15 million. */
const MAX_BYTES = 64_000_000;
/** How long a document may take to arrive, in milliseconds. */
const FETCH_MS = 60_000;

interface Arrived {
  text: string;
  source: DocumentSource;
  url?: string;
}

/**
 * Makes a connector of a document, or brings a newer document into one: the edits of people stay over it. What would break
 * who uses it is kept only when the request says so; the outcome tells it either way.
 * @throws ConnectorError of kind `input` when nothing of the document can be used, with all its faults
 */
export async function importConnector(house: ConnectHouse, request: ImportRequest): Promise<ImportOutcome> {
  const arrived = await documentOf(house, request);
  const first = read(arrived, request.id, undefined);
  const { id } = first.definition;
  if (house.taken(id)) {
    throw new ConnectorError(`'${id}' is the id of a built-in connector`, {
      kind: 'input',
      hint: 'Give it another one: --id my-' + id,
    });
  }
  refuseSecrets(first.definition);
  if (!(await house.table.get(id))) return create(house, request, arrived, first);
  const before = await draftOf(house.table, id);
  // Actions keep the names that they have, whatever came between them in the document.
  const again = read(arrived, id, namesOf(before.base));
  return update(house, request, arrived, before, again);
}

async function create(
  house: ConnectHouse,
  request: ImportRequest,
  arrived: Arrived,
  { definition, result }: Reading,
): Promise<ImportOutcome> {
  const { id } = definition;
  const outcome = { id, title: definition.title, ...toldOf(result), diff: undefined, edits: [] };
  if (request.dryRun) return { ...outcome, state: 'looked', version: 0 };
  const note = request.note ?? `imported ${arrived.source.name}`;
  const version = await house.table.save({
    id,
    base: definition,
    overlay: NO_EDITS,
    kind: 'import',
    note,
    source: arrived.source,
    after: 0,
  });
  house.changed();
  return { ...outcome, state: 'created', version };
}

async function update(
  house: ConnectHouse,
  request: ImportRequest,
  arrived: Arrived,
  before: Draft,
  { definition, result }: Reading,
): Promise<ImportOutcome> {
  const { id } = definition;
  const { base, overlay, version } = before;
  const after: Applied = applyOverlay(definition, overlay);
  const diff: DefinitionDiff = diffDefinitions(before.definition, after.definition);
  const outcome = { id, title: after.definition.title, ...toldOf(result), diff, edits: after.faults };
  if (same(base, definition)) return { ...outcome, state: 'unchanged', version };
  if (request.dryRun) return { ...outcome, state: 'looked', version };
  if (diff.breaking > 0 && !request.acceptBreaking) return { ...outcome, state: 'breaking', version };
  const note = request.note ?? `imported ${arrived.source.name}`;
  const made = await house.table.save({
    id,
    base: definition,
    overlay,
    kind: 'import',
    note,
    source: arrived.source,
    after: version,
  });
  house.changed();
  return { ...outcome, state: 'updated', version: made };
}

interface Reading {
  definition: Definition;
  result: ImportResult | undefined;
}

/** The definition that a text describes: an OpenAPI document, or a connector as Trunkline itself writes it. */
function read(
  { text, url }: Arrived,
  id: string | undefined,
  names: Readonly<Record<string, string>> | undefined,
): Reading {
  const own = ownDocument(text);
  if (own) return { definition: parseDefinition(id === undefined ? own : { ...own, id }), result: undefined };
  const result = importDocument(text, {
    ...(id === undefined ? {} : { id }),
    ...(url === undefined ? {} : { url }),
    ...(names === undefined ? {} : { names }),
  });
  if (result.definition) return { definition: result.definition, result };
  const list = result.faults.map(({ line, col, message }) =>
    line === undefined ? message : `${line}:${col ?? 1} ${message}`,
  );
  throw new ConnectorError(`nothing of the document can be used: ${list.slice(0, 20).join('; ')}`, {
    kind: 'input',
    fields: result.faults.map(({ line, col, pointer, message }) => ({
      field: line === undefined ? (pointer ?? '(document)') : `${line}:${col ?? 1}`,
      message,
    })),
    hint: 'Expected an OpenAPI 3 or Swagger 2.0 document in JSON or YAML, or a connector document.',
  });
}

/** A connector document, told by the members that only it has; undefined for anything else. */
function ownDocument(text: string): Record<string, unknown> | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    const isOwn =
      isObject(value) &&
      'actions' in value &&
      'servers' in value &&
      !('openapi' in value) &&
      !('swagger' in value);
    return isOwn ? value : undefined;
  } catch {
    return undefined;
  }
}

function namesOf(base: Definition): Record<string, string> {
  return Object.fromEntries(
    operationsOf(base).map(({ name, operation: { method, path } }) => [`${method} ${path}`, name]),
  );
}

function toldOf(result: ImportResult | undefined): Pick<ImportOutcome, 'faults' | 'operations'> {
  if (!result) return { faults: [], operations: { found: 0, imported: 0 } };
  const { found, imported } = result.operations;
  return { faults: result.faults, operations: { found, imported } };
}

async function documentOf(house: ConnectHouse, request: ImportRequest): Promise<Arrived> {
  const { text, url, source } = request;
  if (url !== undefined) return fetched(house, url, request.allowPrivate ?? []);
  if (text === undefined)
    throw new ConnectorError('there is neither a text nor an address', { kind: 'input' });
  if (Buffer.byteLength(text) > MAX_BYTES) throw tooLarge();
  const { kind = 'stdin', name = 'standard input' } = source ?? {};
  return { text, source: describe(kind, kind === 'file' ? basename(name) : name, text) };
}

async function fetched(house: ConnectHouse, url: string, allow: readonly string[]): Promise<Arrived> {
  const address = URL.parse(url);
  if (!address)
    throw new ConnectorError(`'${url}' is no address`, { kind: 'input', hint: 'It begins with https://' });
  if (address.username !== '' || address.password !== '') {
    throw new ConnectorError('the address holds a user name or a password, which would be kept', {
      kind: 'input',
      hint: 'Fetch the document yourself and import the file.',
    });
  }
  const text = await download(house, address.href, allow);
  // What is asked for in the query may be a key.
  return { text, url: address.href, source: describe('url', address.origin + address.pathname, text) };
}

async function download(house: ConnectHouse, url: string, allow: readonly string[]): Promise<string> {
  const init = {
    headers: { accept: 'application/json, application/yaml, text/yaml, */*' },
    signal: AbortSignal.timeout(FETCH_MS),
  };
  let response: Response;
  try {
    response = await guardedFetch(url, init, { fetch: house.fetch, allow: [...allow] });
  } catch (cause) {
    if (cause instanceof ConnectorError) throw withHint(cause, url);
    throw new ConnectorError(`${url} cannot be fetched: ${reasonOf(cause)}`, {
      kind: 'network',
      hint: 'Look whether the address is right.',
      cause,
    });
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new ConnectorError(`${url} answers ${response.status}`, {
      kind: 'remote',
      status: response.status,
      hint: 'Look whether the address leads to the document itself, without signing in.',
    });
  }
  return readBounded(response);
}

/** The guard speaks of connections; who imports a document has none yet. */
function withHint(error: ConnectorError, url: string): ConnectorError {
  if (error.code !== 'private-address') return error;
  const { kind, code, message } = error;
  const hint = `If it is meant to be: --allow-private ${URL.parse(url)?.hostname ?? 'HOST'}`;
  return new ConnectorError(message, { kind, code, hint, cause: error });
}

function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}

async function readBounded(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += (piece as Uint8Array).byteLength;
    if (size > MAX_BYTES) {
      throw tooLarge();
    }
    pieces.push(piece as Uint8Array);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function tooLarge(): ConnectorError {
  return new ConnectorError(`the document has more than ${MAX_BYTES / 1e6} MB`, {
    kind: 'input',
    hint: 'Take out the paths that are not needed.',
  });
}

function describe(kind: DocumentSource['kind'], name: string, text: string): DocumentSource {
  return {
    kind,
    name,
    hash: createHash('sha256').update(text).digest('hex'),
    bytes: Buffer.byteLength(text),
  };
}
