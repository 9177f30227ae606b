import type { WebhookInput } from '../../openapi/definition-webhook.ts';
import type { HookKind, HookProblem, HookState, Wanted } from '../../webhooks/hooks/rows.ts';

/** A hook as it may be shown to everybody who may look: neither its address nor its secrets. Times are ISO. */
export interface HookView {
  name: string;
  title: string;
  kind: HookKind;
  /** The connection by which it subscribes, and which of its webhooks it is. */
  connection?: string;
  webhook?: string;
  /** Events that were asked for; all when left out. */
  events?: readonly string[];
  wanted: Wanted;
  state: HookState;
  /** What its events are filed under: the `connection` of `events list`, and of a flow's trigger. */
  inbox: string;
  /** How events prove themselves: `signature`, `value` (the secret itself is sent) or `none`. */
  auth: 'signature' | 'value' | 'none' | 'unknown';
  /** How many secrets are valid. */
  secrets: number;
  /** The other side's id of the subscription. */
  subscription?: string;
  expiresAt?: string;
  /** When it is looked at again. */
  dueAt?: string;
  problem?: Omit<HookProblem, 'at'> & { at: string };
  /** What is worth knowing of how safe it is. */
  warnings: readonly string[];
  createdAt: string;
}

/** What the administrator is shown on demand. */
export interface HookDetail extends HookView {
  /** The address to be pasted into the other system. */
  url: string;
}

/** A hook with its newest secret, shown once: when it was made or replaced. */
export interface HookMade extends HookDetail {
  /** To be given to the other system; undefined when there is none, or the system made it. */
  secret?: string;
}

/** A hook to be made. */
export interface NewHookRequest {
  name?: string | undefined;
  /** With a connection: by one of the webhooks of its connector. */
  connection?: string | undefined;
  /** Which of them; the only one when left out. */
  webhook?: string | undefined;
  /** Without a connection: its settings, which may be nothing but a preset. */
  settings?: WebhookInput | undefined;
  /** Secrets of the other system; one is made where it is ours to choose. */
  secrets?: readonly string[] | undefined;
  events?: readonly string[] | undefined;
}

export interface RotateRequest {
  /** What is replaced: the secret unless told. */
  what?: 'secret' | 'address' | 'both' | undefined;
  /** The new secret, where the other system made it. */
  secret?: string | undefined;
  /** How long the old one is taken beside it, in milliseconds; a day unless told. */
  keepMs?: number | undefined;
}

/** What a sample delivery met with. */
export interface HookTest {
  /** Where it was sent. */
  url: string;
  event: string;
  status: number;
  answer: string;
  /** Whether it was taken. */
  ok: boolean;
  /** What to do when it was not. */
  hint?: string;
}

/** The hooks, to be looked into and changed; beside a running server, the server's. */
export interface Hooks {
  list(): Promise<HookView[]>;
  show(name: string): Promise<HookDetail>;
  add(request: NewHookRequest): Promise<HookMade>;
  enable(name: string): Promise<HookMade>;
  disable(name: string): Promise<HookView>;
  rotate(name: string, request: RotateRequest): Promise<HookMade>;
  /** @param force also when the other side could not be told */
  remove(name: string, force?: boolean): Promise<{ removed: boolean }>;
  /** Sends a signed sample. */
  test(
    name: string,
    sample?: { event?: string | undefined; body?: Record<string, unknown> | undefined },
  ): Promise<HookTest>;
  /** Ends subscriptions that lead here and that no hook knows. */
  sweep(): Promise<{ connection: string; id: string }[]>;
}
