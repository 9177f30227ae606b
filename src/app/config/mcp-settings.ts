import { z } from 'zod';
import { once } from '../../core/once.ts';
import { Secret } from '../../core/secret.ts';
import type { ConfigDocument } from './document.ts';
import { group, leaf, setting, text, url } from './settings.ts';

/** What assistants are offered, and which programs Trunkline may start to use their tools. */
export interface McpSettings {
  connections?: string[];
  allowWrite: boolean;
  /** Each as `connection.action`, such as `zoom.meetings.remove`. */
  allowDestroy: string[];
  /** Every allowed action is a tool of its own. */
  everyAction: boolean;
  /** Who else than the holder of the admin token may use `/mcp`. */
  oauth?: { issuer: string; audience?: string; scopes: string[] };
  /** Programs that are MCP servers over stdio, by name. */
  servers: Record<string, McpProgram>;
}

/** A program that speaks MCP over its standard input and output. */
export interface McpProgram {
  command: string;
  args: string[];
  /** Added to a bare environment: nothing of ours is handed on. */
  env: Record<string, Secret>;
  cwd?: string;
}

const texts = (expected: string, example: string) =>
  setting(z.array(z.string().min(1)), { expected, example });

/** The block `mcp` of the configuration file. */
export const mcpSchema = once(() =>
  group(
    {
      connections: texts('a list of names of connections', '[zoom, brevo]'),
      allow: setting(z.enum(['read', 'write']), { expected: 'read or write', example: 'read' }),
      allow_destroy: setting(z.array(z.string().regex(/^[\w-][\w.-]*\.\w+\.\w+$/)), {
        expected: 'a list of actions by connection and name',
        example: '[zoom.meetings.remove]',
      }),
      tools: setting(z.enum(['compact', 'all']), { expected: 'compact or all', example: 'compact' }),
      oauth: oauth(),
      servers: setting(z.record(z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/), program()), {
        expected: 'a map of programs by name',
        example: '{ files: { command: npx, args: ["-y", "@example/files"] } }',
        secret: true,
      }),
    },
    '{ connections: [zoom], allow: read }',
  ),
);

function program() {
  return setting(
    z.strictObject({
      command: text('the program to start', 'npx').min(1),
      args: texts('a list of texts', '["-y", "@example/files"]').nullish(),
      env: setting(z.record(z.string(), leaf.secret), {
        expected: 'a map of texts',
        example: '{ API_KEY: "${FILES_KEY}" }',
        secret: true,
      }).nullish(),
      cwd: text('a folder', './data').nullish(),
    }),
    {
      expected: 'a program with its arguments',
      example: '{ command: npx, args: ["-y", "@example/files"] }',
      secret: true,
    },
  );
}

function oauth() {
  return setting(
    z.strictObject({
      issuer: url('https://login.example.com'),
      audience: text(
        'what the tokens are made for; the address of /mcp when left out',
        'https://trunkline.example.com/mcp',
      ).nullish(),
      scopes: texts('a list of scopes that a token must have', '[trunkline]').nullish(),
    }),
    {
      expected: 'the authorization server whose tokens are taken',
      example: '{ issuer: https://login.example.com }',
    },
  );
}

interface McpBlock {
  connections?: string[] | null;
  allow?: 'read' | 'write' | null;
  allow_destroy?: string[] | null;
  tools?: 'compact' | 'all' | null;
  oauth?: { issuer: string; audience?: string | null; scopes?: string[] | null } | null;
  servers?: Record<string, z.output<ReturnType<typeof program>>> | null;
}

/** The settings of the block; nothing when there is none, or it is wrong. */
export function readMcp(document: ConfigDocument | undefined): { mcp?: McpSettings } {
  const written = document?.get(['mcp']) ?? undefined;
  const block =
    written === undefined ? undefined : (mcpSchema().safeParse(written).data as McpBlock | undefined);
  if (!block) return {};
  return {
    mcp: {
      ...(block.connections && { connections: block.connections }),
      allowWrite: block.allow === 'write',
      allowDestroy: block.allow_destroy ?? [],
      everyAction: block.tools === 'all',
      ...(block.oauth && { oauth: oauthOf(block.oauth) }),
      servers: Object.fromEntries(
        Object.entries(block.servers ?? {}).map(([name, one]) => [
          name,
          {
            command: one.command,
            args: one.args ?? [],
            env: Object.fromEntries(
              Object.entries(one.env ?? {}).map(([key, value]) => [key, new Secret(value)]),
            ),
            ...(one.cwd ? { cwd: one.cwd } : {}),
          },
        ]),
      ),
    },
  };
}

function oauthOf({
  issuer,
  audience,
  scopes,
}: NonNullable<McpBlock['oauth']>): NonNullable<McpSettings['oauth']> {
  return { issuer, ...(audience ? { audience } : {}), scopes: scopes ?? [] };
}
