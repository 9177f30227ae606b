import { ConnectorError } from '../../core/errors.ts';
import type { Trigger } from '../../core/trigger.ts';
import type { HookRow, HookSecrets } from '../../webhooks/hooks/rows.ts';
import type { App } from '../app.ts';
import { inboxName, resolveHook, type Resolved } from './resolve.ts';
import type { HookView } from './types.ts';

/** A hook as it may be shown. */
export async function viewOf(app: App, row: HookRow, { secrets }: HookSecrets): Promise<HookView> {
  const resolved = await tryResolve(app, row);
  const { name, kind, connection, webhook, events, wanted, state, subscription, problem } = row;
  const now = app.world.now();
  const valid = secrets.filter(({ until }) => until === undefined || until > now).length;
  const trouble = problem && { ...problem, at: isoOf(problem.at) };
  const shown = trouble ?? (resolved instanceof ConnectorError ? troubleOf(resolved, now) : undefined);
  return {
    name,
    title: resolved instanceof ConnectorError ? name : resolved.trigger.title,
    kind,
    ...(connection !== undefined && { connection }),
    ...(webhook !== undefined && { webhook }),
    ...(events && { events }),
    wanted,
    state,
    inbox: inboxName(name),
    auth: resolved instanceof ConnectorError ? 'unknown' : authOf(resolved),
    secrets: valid,
    ...(subscription !== undefined && { subscription }),
    ...(row.expiresAt !== undefined && { expiresAt: isoOf(row.expiresAt) }),
    ...(row.dueAt !== undefined && { dueAt: isoOf(row.dueAt) }),
    ...(shown && { problem: shown }),
    warnings: resolved instanceof ConnectorError ? [] : warningsOf(resolved, valid),
    createdAt: isoOf(row.createdAt),
  };
}

async function tryResolve(app: App, row: HookRow): Promise<Resolved | ConnectorError> {
  try {
    return await resolveHook(app, row);
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
}

function authOf({ trigger, open }: Resolved): HookView['auth'] {
  if (open) return 'none';
  return trigger.verify.algorithm === 'none' ? 'value' : 'signature';
}

/** What is worth knowing of how safe a hook is. */
export function warningsOf({ trigger, open }: Resolved, secrets: number): string[] {
  const { verify } = trigger;
  if (open) return ['Nothing is proven: whoever comes to know the address can send what they like.'];
  return [
    ...(secrets === 0
      ? ['There is no secret yet, so nothing is accepted. Add it: trunkline hooks rotate --secret']
      : []),
    ...(verify.algorithm === 'none'
      ? ['The secret itself is sent: whoever reads one request can forge others.']
      : []),
    ...(inQuery(trigger)
      ? ['The proof stands in the address, which servers and proxies write into their logs.']
      : []),
    ...(verify.algorithm !== 'none' && !verify.time && !trigger.deliveryHeader && !trigger.deliveryPath
      ? [
          'No time is signed: a delivery that somebody has recorded is refused only as long as it is remembered.',
        ]
      : []),
  ];
}

function inQuery({ verify }: Trigger): boolean {
  return verify.at !== undefined && 'query' in verify.at;
}

function troubleOf({ kind, message, hint }: ConnectorError, now: number) {
  return { kind, message, hint, at: isoOf(now) };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
