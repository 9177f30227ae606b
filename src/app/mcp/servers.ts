import type { AuthScheme } from '../../core/auth.ts';
import type { Effect } from '../../core/action.ts';
import { ConnectorError } from '../../core/errors.ts';
import type { LinkDeps, ServerFacts } from '../../mcp-client/link.ts';
import { effectOf, hashOf, type RemoteTool } from '../../mcp-client/remote-tool.ts';
import { targetOf, type McpTarget } from '../../mcp-client/target.ts';
import { guardFetch } from '../../http/guard.ts';
import type { McpServerRow, McpToolRow } from '../../store/mcp-servers.ts';
import type { App } from '../app.ts';
import { VERSION } from '../version.ts';
import { lookAction } from './connector.ts';

/** What a consent for a server needs beside its scheme. Nothing of it is secret. */
export interface ConsentFacts {
  issuer?: string | undefined;
  /** Of the redirect address that the client was registered with. */
  port?: number | undefined;
  /** The authorization server says that its answers name it: one that does not is not from there (RFC 9207). */
  namesIssuer?: boolean | undefined;
}

/** How a tool stands. */
export type ToolState = 'approved' | 'changed' | 'new' | 'gone';

/** A tool of a server: as it is used, and as the server shows it now. */
export interface ToolView {
  name: string;
  title: string;
  state: ToolState;
  effect: Effect;
  approved: RemoteTool | undefined;
  seen: RemoteTool | undefined;
  /** Names what the server shows now. */
  hash: string | undefined;
}

/** A server as it may be shown. Times are ISO. */
export interface ServerView {
  id: string;
  target: string;
  facts: ServerFacts | undefined;
  /** How calls prove who we are: none, bearer or oauth2. */
  auth: string;
  issuer: string | undefined;
  allowPrivate: string[];
  tools: ToolView[];
  lookedAt: string | undefined;
}

/** A server as it is kept. */
export interface KeptServer {
  id: string;
  target: McpTarget;
  auth: AuthScheme;
  consent: ConsentFacts;
  allowPrivate: string[];
  facts: ServerFacts | undefined;
}

/** What changed is used at once. */
async function look(app: App): Promise<void> {
  app.connectorsChanged();
  await app.loadConnectors();
}

/** All servers, with how each of their tools stands. */
export async function listServers(app: App): Promise<ServerView[]> {
  const table = await app.mcpTable();
  return Promise.all((await table.list()).map(async (row) => viewOf(row, await table.tools(row.id))));
}

/** @throws ConnectorError of kind `not-found` */
export async function getServer(app: App, id: string): Promise<ServerView> {
  const found = (await listServers(app)).find((one) => one.id === id);
  if (found) return found;
  throw new ConnectorError(`there is no MCP server '${id}'`, {
    kind: 'not-found',
    hint: 'Add it: trunkline connectors add-mcp https://…',
  });
}

export async function keptServer(app: App, id: string): Promise<KeptServer> {
  await getServer(app, id);
  const row = (await (await app.mcpTable()).list()).find((one) => one.id === id) as McpServerRow;
  return {
    id,
    target: targetOf(row.target) as McpTarget,
    auth: JSON.parse(row.auth) as AuthScheme,
    consent: JSON.parse(row.consent) as ConsentFacts,
    allowPrivate: JSON.parse(row.allow_private) as string[],
    facts: (JSON.parse(row.facts) as ServerFacts | undefined) ?? undefined,
  };
}

export async function keepServer(app: App, server: KeptServer): Promise<void> {
  const { id, target, auth, consent, allowPrivate, facts } = server;
  await (
    await app.mcpTable()
  ).put({
    id,
    target: target.kind === 'http' ? target.url : `stdio:${target.name}`,
    facts: JSON.stringify(facts ?? null),
    auth: JSON.stringify(auth),
    consent: JSON.stringify(consent),
    allow_private: JSON.stringify(allowPrivate),
  });
  await look(app);
}

/** What a connection to a server needs; the guard of its addresses is in it. */
export function linkDeps(app: App, allowPrivate: readonly string[]): LinkDeps {
  const { fetch, lookup, setTimer } = app.world;
  return {
    fetch: guardFetch(fetch, { allow: [...allowPrivate], ...(lookup && { lookup }) }),
    setTimer,
    version: VERSION,
    program: (name) => programOf(app, name),
  };
}

/** A program of the configuration; nothing else is ever started. */
export function programOf({ config }: App, name: string) {
  const servers = config.mcp?.servers ?? {};
  const program = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (!program) return undefined;
  const env = Object.fromEntries(Object.entries(program.env).map(([key, value]) => [key, value.reveal()]));
  return { ...program, env };
}

/** Notes what a server shows now. Tools that are other than approved are not called until somebody approves them. */
export async function noteTools(
  app: App,
  id: string,
  tools: readonly RemoteTool[],
  facts?: ServerFacts,
): Promise<void> {
  const table = await app.mcpTable();
  const kept = facts ?? (await keptServer(app, id)).facts;
  await table.see(
    id,
    JSON.stringify(kept ?? null),
    tools.map((tool) => ({ name: tool.name, text: JSON.stringify(tool) })),
  );
  await look(app);
}

/** Which tools to approve, each as it was shown. */
export interface Approval {
  name: string;
  /** Hash of what the person looked at; undefined for a tool that the server no longer has. */
  hash: string | undefined;
  /** What it does, where the person knows better. */
  effect?: Effect | undefined;
}

/**
 * Approves tools as they were shown. A tool that is gone is let go.
 * @throws ConnectorError of kind `input` when the server has changed one of them again
 */
export async function approveTools(
  app: App,
  id: string,
  approvals: readonly Approval[],
): Promise<ServerView> {
  const table = await app.mcpTable();
  const rows = new Map((await table.tools(id)).map((row) => [row.name, row]));
  const texts = approvals.map(({ name, hash, effect }) => {
    const row = rows.get(name);
    const text = row?.seen ?? null;
    const same =
      hash === undefined
        ? text === null && row !== undefined
        : text !== null && hashOf(JSON.parse(text) as RemoteTool) === hash;
    if (!row || !same) throw changedAgain(id, name);
    return { name, text, effect: effect ?? row.effect };
  });
  const missed = await table.approve(id, texts);
  await look(app);
  if (missed.length > 0) throw changedAgain(id, missed.join(', '));
  return getServer(app, id);
}

function changedAgain(id: string, names: string): ConnectorError {
  return new ConnectorError(`'${names}' of ${id} is not, or no longer, as it was shown`, {
    kind: 'input',
    hint: `Look again: trunkline connectors tools ${id} --refresh`,
  });
}

/** Approves everything that the server shows now. */
export async function approveAll(
  app: App,
  id: string,
  effects: Readonly<Record<string, Effect>> = {},
): Promise<ServerView> {
  const { tools } = await getServer(app, id);
  return approveTools(
    app,
    id,
    tools.map(({ name, hash }) => ({ name, hash, effect: effects[name] })),
  );
}

/** Looks at a server again, as its connection. */
export async function refreshServer(app: App, id: string): Promise<ServerView> {
  await getServer(app, id);
  await noteLook(app, id);
  return getServer(app, id);
}

/** Looks at a server as its connection, and notes what it has now. */
export async function noteLook(app: App, id: string): Promise<void> {
  const session = await app.session(id);
  const { tools, facts } = await session.call(lookAction, {});
  await noteTools(app, id, tools, facts);
}

export function wantsConsent(id: string): ConnectorError {
  return new ConnectorError(`the MCP server '${id}' wants a token, or another one`, {
    kind: 'auth',
    connector: id,
    hint: `Consent again: trunkline connectors consent ${id}`,
  });
}

/** Forgets a server with its tools and its connection. */
export async function removeServer(app: App, id: string): Promise<boolean> {
  const removed = await (await app.mcpTable()).remove(id);
  if (removed) await app.stored.remove(id);
  await look(app);
  return removed;
}

function viewOf(row: McpServerRow, tools: readonly McpToolRow[]): ServerView {
  const auth = JSON.parse(row.auth) as AuthScheme;
  return {
    id: row.id,
    target: row.target,
    facts: (JSON.parse(row.facts) as ServerFacts | null) ?? undefined,
    auth: auth.kind,
    issuer: (JSON.parse(row.consent) as ConsentFacts).issuer,
    allowPrivate: JSON.parse(row.allow_private) as string[],
    tools: tools.map(toolView),
    lookedAt: row.looked_at === null ? undefined : new Date(row.looked_at).toISOString(),
  };
}

export function toolView(row: McpToolRow): ToolView {
  const approved = parsed(row.approved);
  const seen = parsed(row.seen);
  const shown = (seen ?? approved) as RemoteTool;
  return {
    name: row.name,
    title: shown.title ?? row.name,
    state: stateOf(approved, seen),
    effect: (row.effect as Effect | null) ?? effectOf(approved ?? shown),
    approved,
    seen,
    hash: seen && hashOf(seen),
  };
}

function stateOf(approved: RemoteTool | undefined, seen: RemoteTool | undefined): ToolState {
  if (!approved) return 'new';
  if (!seen) return 'gone';
  return hashOf(approved) === hashOf(seen) ? 'approved' : 'changed';
}

function parsed(text: string | null): RemoteTool | undefined {
  return text === null ? undefined : (JSON.parse(text) as RemoteTool);
}
