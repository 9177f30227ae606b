import type { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { bounded } from './bounded.ts';
import { hashOf, type RemoteTool } from './remote-tool.ts';
import type { McpTarget, Program } from './target.ts';

/** Longest wait for one answer of the server, in milliseconds; a call ends sooner when its own time is over. */
const ANSWER_MS = 120_000;
/** A connection that nobody used for so long is closed, in milliseconds: it keeps a stream, or a program, alive. */
const IDLE_MS = 30_000;
/** Tools of one server. One that lists more is broken, or wants to be. */
const MOST_TOOLS = 2000;

/** What a connection needs from the world. */
export interface LinkDeps {
  fetch: typeof fetch;
  /** Calls `fn` after so many milliseconds; gives the way to cancel it. */
  setTimer: (ms: number, fn: () => void) => () => void;
  version: string;
  /** The program of a name; undefined when the configuration names none. */
  program: (name: string) => Program | undefined;
  /** Is told the tools once the server has said that they changed. */
  onTools?: ((tools: RemoteTool[]) => void) | undefined;
}

/** What a server says of itself. */
export interface ServerFacts {
  name: string;
  title: string;
  version: string;
  protocol: string;
  instructions: string;
  capabilities: readonly string[];
}

/** A server that is connected to, with its tools by name. */
interface Open {
  client: Client;
  facts: ServerFacts;
  tools: Map<string, { tool: RemoteTool; hash: string }>;
}

/** A connection to one MCP server. It is opened when it is needed, shared by calls, and closed when nobody uses it. */
export class McpLink {
  readonly #target: McpTarget;
  readonly #deps: LinkDeps;
  #open: Promise<Open> | undefined;
  #proof: string | undefined;
  #cancelIdle: (() => void) | undefined;
  #used = 0;

  constructor(target: McpTarget, deps: LinkDeps) {
    this.#target = target;
    this.#deps = deps;
  }

  /**
   * Does something with the connected server.
   * @param proof the authorization header of this moment
   * @param init further members of each request, such as the guard of a session
   */
  async use<T>(proof: string | undefined, init: RequestInit, work: (open: Open) => Promise<T>): Promise<T> {
    this.#used++;
    this.#cancelIdle?.();
    this.#proof = proof;
    try {
      const opened = (this.#open ??= this.#connect(init));
      try {
        return await work(await opened);
      } catch (error) {
        // Whatever went wrong on the wire, the next call begins with a new connection.
        if (this.#open === opened && isBroken(error)) await this.#drop(opened);
        throw error;
      }
    } finally {
      if (--this.#used === 0) {
        this.#cancelIdle = this.#deps.setTimer(IDLE_MS, () => void this.close());
      }
    }
  }

  /** What the server is and has now, whatever it said before. */
  look(proof: string | undefined, init: RequestInit): Promise<{ facts: ServerFacts; tools: RemoteTool[] }> {
    return this.use(proof, init, async (open) => {
      const tools = await listTools(open.client);
      open.tools = byName(tools);
      return { facts: open.facts, tools };
    });
  }

  /** Ends the connection; the next use opens another. */
  async close(): Promise<void> {
    this.#cancelIdle?.();
    if (this.#open) await this.#drop(this.#open);
  }

  async #drop(opened: Promise<Open>): Promise<void> {
    if (this.#open === opened) this.#open = undefined;
    const open = await opened.catch(() => undefined);
    await open?.client.close().catch(() => undefined);
  }

  async #connect(init: RequestInit): Promise<Open> {
    // Only who uses such a server pays for reading the package.
    const { Client: McpClient } = await import('@modelcontextprotocol/client');
    const client = new McpClient(
      { name: 'trunkline', title: 'Trunkline', version: this.#deps.version },
      {
        // The newest protocol where the server has it; else the handshake of 2025.
        versionNegotiation: { mode: 'auto', probe: { timeoutMs: 10_000 } },
        listChanged: { tools: { autoRefresh: false, onChanged: () => void this.#refresh(client) } },
      },
    );
    const opening = this.#open;
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the package has no other way
    client.onclose = () => {
      if (this.#open === opening) this.#open = undefined;
    };
    try {
      await client.connect(await this.#transport(init), { timeout: ANSWER_MS });
      const tools = await listTools(client);
      return { client, facts: factsOf(client), tools: byName(tools) };
    } catch (error) {
      this.#open = undefined;
      await client.close().catch(() => undefined);
      throw error;
    }
  }

  async #transport(init: RequestInit): Promise<StreamableHTTPClientTransport | StdioClientTransport> {
    if (this.#target.kind === 'stdio') {
      const { StdioClientTransport: Stdio } = await import('@modelcontextprotocol/client/stdio');
      const program = this.#deps.program(this.#target.name);
      if (!program) throw new NoProgram(this.#target.name);
      const { command, args, env, cwd } = program;
      return new Stdio({
        command,
        args: [...args],
        env: { ...env },
        stderr: 'ignore',
        ...(cwd ? { cwd } : {}),
      });
    }
    const { StreamableHTTPClientTransport: Http } = await import('@modelcontextprotocol/client');
    const send = bounded(this.#deps.fetch);
    return new Http(new URL(this.#target.url), {
      fetch: (url, given) => {
        const headers = new Headers(given?.headers);
        if (this.#proof !== undefined) headers.set('authorization', this.#proof);
        const { signal: _, body: __, method: ___, headers: ____, ...members } = init;
        return send(url, { ...given, ...members, headers });
      },
    });
  }

  /** The server says that its tools changed: what they are now is what counts. */
  async #refresh(client: Client): Promise<void> {
    const opened = this.#open;
    try {
      const open = await opened;
      if (open?.client !== client) return;
      const tools = await listTools(client);
      open.tools = byName(tools);
      this.#deps.onTools?.(tools);
    } catch {
      if (opened) await this.#drop(opened);
    }
  }
}

/** The configuration names no such program. */
export class NoProgram extends Error {
  override readonly name = 'NoProgram';
  readonly program: string;

  constructor(program: string) {
    super(`the configuration names no MCP program '${program}'`);
    this.program = program;
  }
}

async function listTools(client: Client): Promise<RemoteTool[]> {
  if (!client.getServerCapabilities()?.tools) return [];
  const tools: RemoteTool[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor }, { timeout: ANSWER_MS });
    tools.push(...(page.tools as RemoteTool[]));
    cursor = page.nextCursor;
    // A cursor that came before would lead round in a circle.
    if (cursor !== undefined && seen.has(cursor)) break;
    if (cursor !== undefined) seen.add(cursor);
  } while (cursor !== undefined && tools.length < MOST_TOOLS);
  return tools.slice(0, MOST_TOOLS);
}

function byName(tools: readonly RemoteTool[]): Open['tools'] {
  return new Map(tools.map((tool) => [tool.name, { tool, hash: hashOf(tool) }]));
}

function factsOf(client: Client): ServerFacts {
  const { name = '', version = '', title } = client.getServerVersion() ?? {};
  return {
    name,
    title: title ?? name,
    version,
    protocol: client.getNegotiatedProtocolVersion() ?? '',
    instructions: client.getInstructions() ?? '',
    capabilities: Object.keys(client.getServerCapabilities() ?? {}),
  };
}

/** Whether the connection may be of no more use; an error of the protocol's own says that it works. */
function isBroken(error: unknown): boolean {
  return !(error instanceof Error) || error.name !== 'ProtocolError';
}
