import type { AuthScheme } from '../../core/auth.ts';
import { ConnectorError } from '../../core/errors.ts';
import { lookAt, type Found } from '../../mcp-client/discover.ts';
import { targetOf } from '../../mcp-client/target.ts';
import type { App } from '../app.ts';
import { linkNames } from '../connections.ts';
import { consented } from './consents.ts';
import type { NewServer, OpenDoor } from './new-server.ts';
import {
  approveAll,
  keepServer,
  linkDeps,
  noteTools,
  removeServer,
  type KeptServer,
  type ServerView,
} from './servers.ts';

/** What a look at a server gives, before anything is kept. */
export async function checkServer(app: App, { target, token, allowPrivate = [] }: NewServer): Promise<Found> {
  const proof = token && `Bearer ${token.reveal()}`;
  return lookAt(parseTarget(target), linkDeps(app, allowPrivate), proof);
}

/**
 * Adds an MCP server: looks at it, becomes a client of its authorization server, has the person consent, and keeps its
 * tools as actions. To add it is to approve the tools that it shows now.
 * @throws ConnectorError when something of it does not work; nothing is kept then
 */
export async function addServer(app: App, request: NewServer, openDoor: OpenDoor): Promise<ServerView> {
  const target = parseTarget(request.target);
  const id = request.id ?? idOf(request.target);
  await refuseTaken(app, id);
  const found = await checkServer(app, request);
  const { token, allowPrivate = [], effects = {} } = request;
  const server: KeptServer = {
    id,
    target,
    auth: { kind: 'none' },
    consent: {},
    allowPrivate: [...allowPrivate],
    facts: undefined,
  };
  try {
    if (found.kind === 'open') {
      const auth: AuthScheme = token ? { kind: 'bearer', credential: 'token' } : { kind: 'none' };
      await keepServer(app, { ...server, auth });
      const settings = allowPrivate.length > 0 ? { allowPrivate: [...allowPrivate] } : {};
      await app.stored.add({ name: id, connector: id, credentials: token ? { token } : {}, settings });
      await noteTools(app, id, found.tools, found.facts);
    } else {
      if (token || !found.wants) throw refusedToken(request.target);
      await consented(app, server, found.wants, request, openDoor);
    }
    return await approveAll(app, id, effects);
  } catch (error) {
    await removeServer(app, id);
    throw error;
  }
}

function parseTarget(text: string) {
  const target = targetOf(text);
  if (target) return target;
  throw new ConnectorError(`'${text}' is no address of an MCP server`, {
    kind: 'input',
    hint: 'Give one like https://example.com/mcp, or stdio:<name> for a program that trunkline.yaml names under mcp: servers:.',
  });
}

/** `https://mcp.example.com/mcp` becomes `mcp-example-com`. */
function idOf(text: string): string {
  const name = text.startsWith('stdio:') ? text.slice('stdio:'.length) : (URL.parse(text)?.hostname ?? '');
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return plain.slice(0, 48) || 'mcp';
}

async function refuseTaken(app: App, id: string): Promise<void> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) {
    throw new ConnectorError(`'${id}' cannot be the name of a connector`, {
      kind: 'input',
      hint: 'Use small letters, digits and hyphens, such as --id team-notes.',
    });
  }
  const servers = (await (await app.mcpTable()).list()).map((row) => row.id);
  if (![...linkNames(app.config), ...servers].includes(id) && !(await app.stored.has(id))) return;
  throw new ConnectorError(`there is something called '${id}' already`, {
    kind: 'input',
    hint: 'Give another name: --id <name>. To look at its tools again: trunkline connectors tools <name> --refresh',
  });
}

function refusedToken(target: string): ConnectorError {
  return new ConnectorError(`${target} does not take this token, and does not say where others come from`, {
    kind: 'auth',
    hint: 'Get a token from whoever runs it, and give it with --token.',
  });
}
