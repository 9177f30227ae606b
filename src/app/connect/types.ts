import type { Choice } from '../../core/value-link.ts';
import type { DefinitionDiff } from '../../openapi/diff.ts';
import type { Drift } from '../../openapi/drift.ts';
import type { ExportNote } from '../../openapi/export-schema.ts';
import type { OverlayFault } from '../../openapi/overlay.ts';
import type { DocumentSource, VersionKind } from '../../store/connectors.ts';

/** A built connector in a list. Times are ISO. */
export interface BuiltConnector {
  id: string;
  title: string;
  version: number;
  /** The version that calls use; undefined while nothing was published: then they use the newest. */
  published: number | undefined;
  actions: number;
  source: DocumentSource;
  tests: TestCounts;
  updatedAt: string;
}

export interface TestCounts {
  ok: number;
  failed: number;
  waived: number;
  /** Never tested, or changed since. */
  untested: number;
}

/** A built connector with everything that is known of it. */
export interface BuiltDetail extends BuiltConnector {
  definition: unknown;
  overlay: unknown;
  faults: OverlayFault[];
  results: TestResult[];
  createdAt: string;
}

export interface TestResult {
  action: string;
  title: string;
  method: string;
  path: string;
  /** `untested`: never, or the operation changed since. `skipped` and `not-run` are told of a run and not kept. */
  state: 'ok' | 'failed' | 'waived' | 'untested' | 'skipped' | 'not-run';
  message: string;
  against?: 'vendor' | 'mock' | 'person';
  ms?: number;
  testedAt?: string;
  drift: Drift[];
}

/** A fault of an imported document. */
export interface ImportFault {
  severity: 'error' | 'warning';
  message: string;
  line?: number | undefined;
  col?: number | undefined;
  pointer?: string | undefined;
  operation?: string | undefined;
}

export interface ImportRequest {
  /** Of the connector; made from the document when left out. That of an existing one merges into it. */
  id?: string | undefined;
  /** The document; or `url`. */
  text?: string | undefined;
  url?: string | undefined;
  /** Where the text came from. */
  source?: { kind: 'file' | 'stdin'; name: string } | undefined;
  /** Take the document although something that worked may fail then. */
  acceptBreaking?: boolean | undefined;
  /** Only look. */
  dryRun?: boolean | undefined;
  note?: string | undefined;
  /** Private hosts that the address may be on. */
  allowPrivate?: readonly string[] | undefined;
}

export interface ImportOutcome {
  id: string;
  title: string;
  /** `breaking`: nothing was kept, as it would break something and nobody said that it may. */
  state: 'created' | 'updated' | 'unchanged' | 'breaking' | 'looked';
  version: number;
  operations: { found: number; imported: number };
  faults: ImportFault[];
  /** What changes for who uses the connector; undefined for a new one. */
  diff: DefinitionDiff | undefined;
  /** Edits that no longer fit; they are kept. */
  edits: OverlayFault[];
}

/** What came of a change. */
export interface Changed {
  id: string;
  /** The version that it made; the same as before when nothing changed. */
  version: number;
  changed: boolean;
  diff: DefinitionDiff;
  faults: OverlayFault[];
  /** What was left out of what was given, and why. */
  notes?: string[];
}

/** One edit that is asked for. */
export type EditOrder =
  | { do: 'set'; action?: string | undefined; pointer: string; value: unknown }
  | { do: 'unset'; action?: string | undefined; pointer: string }
  | { do: 'hide' | 'show' | 'remove'; action: string }
  | { do: 'rename'; action: string; name: string }
  | { do: 'fields'; action: string; fields: OperationFields };

/** What of an operation can be said without a pointer; the rest of it stays. */
export interface OperationFields {
  method?: string | undefined;
  title?: string | undefined;
  description?: string | undefined;
  /** With `:name` or `{name}`, and defaults in its query. */
  path?: string | undefined;
  /** Query parameters with their defaults; null takes a default away. */
  query?: Readonly<Record<string, unknown>> | undefined;
  /** Headers with their values; null for one that is given with each call. */
  headers?: Readonly<Record<string, unknown>> | undefined;
  /** An example of the JSON body. */
  body?: unknown;
  /** An example of the answer. */
  response?: unknown;
}

export interface VersionView {
  version: number;
  kind: VersionKind;
  note: string;
  createdAt: string;
  newest: boolean;
  published: boolean;
}

export interface TestRequest {
  /** Name of a connection; needed when there are several, and without meaning with `mock`. */
  connection?: string | undefined;
  /** Full names, or patterns such as `orders.*`; all when left out. */
  actions?: readonly string[] | undefined;
  /** Inputs by action, in place of sampled ones. */
  inputs?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined;
  /** Only what reads is tried. */
  reads?: boolean | undefined;
  /** Operations that destroy something are tested when they are named and this is true. */
  destroy?: boolean | undefined;
  mock?: boolean | undefined;
  /** For all of it, in milliseconds. */
  timeoutMs?: number | undefined;
}

export interface TestReport {
  id: string;
  version: number;
  against: 'vendor' | 'mock';
  connection: string | undefined;
  results: TestResult[];
  ok: number;
  failed: number;
  skipped: number;
}

export interface PullRequest {
  connection?: string | undefined;
  /** Inputs to call with, one answer each; a sampled one when there is neither this nor `answers`. */
  inputs?: readonly Readonly<Record<string, unknown>>[] | undefined;
  /** Answers that somebody has already, in place of calls. */
  answers?: readonly unknown[] | undefined;
  destroy?: boolean | undefined;
}

export interface Pulled extends Changed {
  action: string;
  answers: number;
  /** How the answers differed from what was known. */
  drift: Drift[];
  /** What is known now. */
  output: unknown;
}

export interface OptionsRequest {
  connection?: string | undefined;
  /** The inputs that were chosen so far, for lists that depend on them. */
  given?: Readonly<Record<string, unknown>> | undefined;
  search?: string | undefined;
  offset?: number | undefined;
  limit?: number | undefined;
}

export interface OptionList {
  options: Choice[];
  /** Offset of the next options; undefined at the end. */
  next: number | undefined;
  /** Other values may be sent, too. */
  open: boolean;
}

export interface PublishRequest {
  /** Patterns of actions that need no test, each with the reason. */
  waive?: Readonly<Record<string, string>> | undefined;
  /** Another version than the newest. */
  version?: number | undefined;
}

export interface Published {
  id: string;
  version: number;
  waived: string[];
}

export type ExportTarget = 'openapi' | 'openapi-3.0' | 'zoom-connect' | 'power-platform' | 'trunkline';

export interface ExportRequest {
  for: ExportTarget;
  actions?: readonly string[] | undefined;
  /** For `zoom-connect`: `3.0` or `3.1`. */
  version?: '3.0' | '3.1' | undefined;
  baseUrl?: string | undefined;
}

export interface ExportOutcome {
  document: unknown;
  /** For `zoom-connect`. */
  manifest?: unknown;
  notes: ExportNote[];
}

/** Everything that can be done with built connectors; beside a running server, the server does it. */
export interface Connect {
  list(): Promise<BuiltConnector[]>;
  show(id: string, version?: number): Promise<BuiltDetail>;
  importDocument(request: ImportRequest): Promise<ImportOutcome>;
  /** Adds an operation by hand; makes the connector when there is none of that id. */
  add(id: string, order: AddOrder): Promise<Changed>;
  edit(id: string, orders: readonly EditOrder[], note?: string): Promise<Changed>;
  link(id: string, action: string, input: string, link: unknown): Promise<Changed>;
  versions(id: string): Promise<VersionView[]>;
  diff(id: string, from: number, to: number | undefined): Promise<DefinitionDiff>;
  rollback(id: string, version: number): Promise<Changed>;
  test(id: string, request: TestRequest): Promise<TestReport>;
  pull(id: string, action: string, request: PullRequest): Promise<Pulled>;
  options(id: string, action: string, input: string, request: OptionsRequest): Promise<OptionList>;
  publish(id: string, request: PublishRequest): Promise<Published>;
  export(id: string, request: ExportRequest): Promise<ExportOutcome>;
  remove(id: string): Promise<void>;
}

export interface AddOrder {
  /** Full name, such as `orders.find`; made from method and path when left out. */
  action?: string | undefined;
  /** An operation as JSON; or `curl`. */
  operation?: unknown;
  curl?: string | undefined;
  /** For a new connector. */
  title?: string | undefined;
  server?: string | undefined;
  auth?: unknown;
}
