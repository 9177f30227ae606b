import { ConnectorDocument, type Definition, type DefinitionInput } from './definition.ts';
import { readDocument } from './document.ts';
import { Place, type Fault, type Faults } from './faults.ts';
import { LeftOut } from './left-out.ts';
import { LIMITS } from './limits.ts';
import { nameAll, slug, type ActionName } from './naming.ts';
import {
  docsOf,
  doubledIds,
  locate,
  readOperation,
  type Located,
  type OperationInput,
  type ReadOperation,
} from './operations.ts';
import { bounded, isObject, members, own, text, type Raw } from './raw-value.ts';
import { describe } from './read-parameters.ts';
import { readLinks } from './read-links.ts';
import { breakCircles } from './schema-circles.ts';
import { References } from './references.ts';
import { Schemas, type Dialect } from './schemas.ts';
import { Security, schemesOf } from './security.ts';
import { Servers, swaggerServers } from './servers.ts';
import type { Source } from './source.ts';
import { checkStructure } from './structure.ts';
import { dialectOf } from './dialect.ts';

export type { Fault } from './faults.ts';

export interface ImportOptions {
  /** Id of the connector. Default: made of the document's title. */
  id?: string;
  /** Name for people. Default: the document's title. */
  name?: string;
  /** Where the document came from: servers may be written relative to it. */
  url?: string;
  /** Names to keep, by `GET /path`, such as `users.list`: those of an import before. */
  names?: Readonly<Record<string, string>>;
}

export interface ImportResult {
  /** Undefined when nothing of the text could be used. */
  definition: Definition | undefined;
  /** Everything that is wrong, in the order of the document. */
  faults: Fault[];
  operations: {
    /** In the document. */
    found: number;
    imported: number;
    /** Those that are not, with the reason. */
    left: { operation: string; reason: string }[];
  };
  stats: {
    characters: number;
    format: 'json' | 'yaml' | undefined;
    /** Version of OpenAPI. */
    version: string | undefined;
    schemas: number;
    /** Webhooks that the document describes. */
    webhooks: number;
    /** What was met and not taken over, with how often. */
    ignored: Record<string, number>;
  };
}

/**
 * Makes a connector of the text of an OpenAPI document (3.0, 3.1, 3.2) or a Swagger document (2.0), in JSON or YAML.
 * What is broken is left out and named; the rest comes in.
 */
export function importDocument(content: string, options: ImportOptions = {}): ImportResult {
  const document = readDocument(content);
  if (Array.isArray(document)) return refused(content, document);
  const { value, format, faults } = document;
  const version = dialectOf(value, faults);
  if (version === undefined || !isObject(value)) {
    return {
      ...refused(
        content,
        faults.list((pointers) => document.locate(pointers)),
      ),
      stats: { ...noStats(content), format },
    };
  }
  const built = build(value, version.dialect, faults, options);
  faults.again();
  checkStructure(value, version.dialect, built.refs, faults);
  const { definition, left } = checked(built.definition, built.places, faults);
  const lost = [...built.lost, ...left];
  return {
    definition,
    faults: faults.list((pointers) => document.locate(pointers)),
    operations: { found: built.found, imported: built.found - lost.length, left: lost },
    stats: { ...noStats(content), format, version: version.written, ...built.stats },
  };
}

function refused(content: string, faults: Fault[]): ImportResult {
  return {
    definition: undefined,
    faults,
    operations: { found: 0, imported: 0, left: [] },
    stats: noStats(content),
  };
}

function noStats(content: string): ImportResult['stats'] {
  return {
    characters: content.length,
    format: undefined,
    version: undefined,
    schemas: 0,
    webhooks: 0,
    ignored: {},
  };
}

interface Built {
  definition: DefinitionInput;
  /** Where each action stands in the document, by `area.name`. */
  places: Map<string, Located>;
  found: number;
  lost: { operation: string; reason: string }[];
  refs: References;
  stats: Pick<ImportResult['stats'], 'schemas' | 'webhooks' | 'ignored'>;
}

function build(root: Raw, dialect: Dialect, faults: Faults, options: ImportOptions): Built {
  const refs = new References(root, faults);
  const schemas = new Schemas(refs, faults, dialect);
  const source: Source = { root, dialect, faults, refs, schemas, ignored: new Map() };
  const servers = new Servers(faults, options.url);
  servers.begin(
    dialect === '2.0' ? swaggerServers(root) : root['servers'],
    Place.of(dialect === '2.0' ? '/host' : '/servers'),
  );
  const schemes = Place.of(dialect === '2.0' ? '/securityDefinitions' : '/components/securitySchemes');
  const security = new Security(
    schemesOf(root),
    root['security'],
    { schemes, requirements: Place.of('/security') },
    refs,
    faults,
  );
  const { found, lost } = locate(source);
  const total = found.length + lost.length;
  doubledIds(source, found);
  const read: ReadOperation[] = [];
  for (const located of found) {
    try {
      read.push(readOperation(source, located, security, servers));
    } catch (error) {
      if (!(error instanceof LeftOut)) throw error;
      if (error.place) faults.error(error.place, `${error.message}; the operation is left out`);
      lost.push({ operation: `${located.method} ${located.path}`, reason: error.message });
    }
  }
  schemas.finish();
  const names = nameAll(read, options.names);
  link(source, read, names);
  const actions = treeOf(read, names);
  const { auth, auths } = security.finish();
  const defs = breakCircles(schemas.defs, schemas.places, faults);
  const info = root['info'];
  const title = options.name ?? text(own(info, 'title')) ?? options.id ?? 'API';
  const description = describe(own(info, 'description')) ?? describe(own(info, 'summary'));
  const webhooks = members(root['webhooks'] ?? root['x-webhooks']).length;
  if (webhooks > 0) source.ignored.set('webhooks', webhooks);
  const definition: DefinitionInput = {
    id: options.id ?? slug(title),
    title: bounded(title, LIMITS.title),
    ...(description === undefined ? {} : { description }),
    ...docsOf(root['externalDocs']),
    ...versionOf(info),
    servers: servers.all,
    auth,
    ...(Object.keys(auths).length > 0 ? { auths } : {}),
    errors: ERRORS,
    ...(Object.keys(defs).length > 0 ? { $defs: defs } : {}),
    actions,
    ...checkOf(read, names),
  };
  const places = new Map(read.map((one) => [written(names.get(one)), one]));
  const ignored = Object.fromEntries([...source.ignored].toSorted(([, a], [, b]) => b - a));
  return {
    definition,
    places,
    found: total,
    lost,
    refs,
    stats: { schemas: schemas.count, webhooks, ignored },
  };
}

/** Where errors of most APIs have their code and message: the first that is there counts. */
const ERRORS = {
  code: ['code', 'error.code', 'error_code', 'errorCode', 'errors.0.code', 'error', 'type'],
  message: [
    'message',
    'error.message',
    'error_description',
    'detail',
    'errors.0.message',
    'errors.0.detail',
    'error',
    'title',
    'msg',
  ],
  fields: [
    'errors',
    'error.errors',
    'invalid-params',
    'invalid_params',
    'violations',
    'details',
    'error.details',
    'detail',
  ],
  rules: [],
};

function versionOf(info: unknown): { version?: string } {
  const version = own(info, 'version');
  return typeof version === 'string' || typeof version === 'number' ? { version: String(version) } : {};
}

function written(name: ActionName | undefined): string {
  return name === undefined ? '' : `${name.area}.${name.name}`;
}

function link(source: Source, read: readonly ReadOperation[], names: ReadonlyMap<Located, ActionName>): void {
  const byId = new Map(
    read.flatMap((one) => (one.operationId === undefined ? [] : [[one.operationId, one] as const])),
  );
  for (const one of read) {
    const links = readLinks(source.schemas, one.parameters, one.body, (id) => {
      const other = byId.get(id);
      return other === undefined ? undefined : written(names.get(other));
    });
    if (links) one.spec.links = links;
  }
}

function treeOf(
  read: readonly ReadOperation[],
  names: ReadonlyMap<Located, ActionName>,
): DefinitionInput['actions'] {
  const areas = new Map<string, [string, OperationInput][]>();
  for (const one of read) {
    const { area, name } = names.get(one) as ActionName;
    const operations = areas.get(area);
    if (operations) operations.push([name, one.spec]);
    else areas.set(area, [[name, one.spec]]);
  }
  return Object.fromEntries([...areas].map(([area, operations]) => [area, Object.fromEntries(operations)]));
}

/** Paths that say who is asking: the usual question to see whether a connection works. */
const WHO = /\/(?:me|myself|whoami|self|ping|user|account|profile|users\/me|accounts\/me)\/?$/;

function checkOf(
  read: readonly ReadOperation[],
  names: ReadonlyMap<Located, ActionName>,
): Pick<DefinitionInput, 'check'> {
  const fits = read.filter(
    ({ method, path, spec }) =>
      method === 'GET' &&
      WHO.test(path) &&
      !(spec.parameters ?? []).some(({ required, in: where }) => required === true || where === 'path'),
  );
  const [best] = fits.toSorted((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1));
  return best === undefined ? {} : { check: { action: written(names.get(best)), input: {} } };
}

/** The definition as its own rules have it: an operation that breaks them is left out. */
function checked(
  definition: DefinitionInput,
  places: ReadonlyMap<string, Located>,
  faults: Faults,
): { definition: Definition | undefined; left: { operation: string; reason: string }[] } {
  const left: { operation: string; reason: string }[] = [];
  let parsed = ConnectorDocument.safeParse(definition);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      const [first, area, name, ...rest] = path.map(String);
      const located = first === 'actions' ? places.get(`${area}.${name}`) : undefined;
      if (located && own(definition.actions[area ?? ''], name ?? '') !== undefined) {
        faults.error(
          located.place,
          `it makes no action: ${rest.join('.')} ${message}; the operation is left out`,
        );
        left.push({ operation: `${located.method} ${located.path}`, reason: message });
        delete definition.actions[area ?? '']?.[name ?? ''];
      } else if (!located) faults.error(Place.root, `it makes no connector: ${path.join('.')} ${message}`);
    }
    parsed = ConnectorDocument.safeParse(definition);
  }
  return { definition: parsed.success ? parsed.data : undefined, left };
}
