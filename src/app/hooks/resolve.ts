import { ConnectorError } from '../../core/errors.ts';
import { PRESETS } from '../../core/known-triggers.ts';
import { describe, fieldErrors } from '../../core/schema.ts';
import type { Trigger } from '../../core/trigger.ts';
import { Webhook, type WebhookInput, type WebhookSpec } from '../../openapi/definition-webhook.ts';
import { isOpen, webhookTrigger } from '../../openapi/webhook-trigger.ts';
import type { HookRow } from '../../webhooks/hooks/rows.ts';
import type { App } from '../app.ts';

/** Under this name the events of a hook stand in the inbox. */
export function inboxName(hook: string): string {
  return `hook:${hook}`;
}

/** The hook whose events stand under that name; undefined when it is a connection's. */
export function hookOf(inbox: string): string | undefined {
  return inbox.startsWith('hook:') ? inbox.slice('hook:'.length) : undefined;
}

/**
 * Settings of a hook by itself, checked.
 * @throws ConnectorError of kind `input` with everything that is wrong
 */
export function checkSettings(settings: unknown): WebhookSpec {
  const parsed = Webhook.safeParse(settings);
  if (!parsed.success) {
    const fields = fieldErrors(parsed.error);
    throw new ConnectorError(`these are not the settings of a webhook: ${describe(fields)}`, {
      kind: 'input',
      fields,
      hint: 'See docs/hooks.md for the settings, and for presets.',
    });
  }
  if (parsed.data.kind === 'static') return parsed.data;
  throw new ConnectorError('a hook that subscribes needs a connection', {
    kind: 'input',
    hint: "Put the webhook into the connector's definition, and name a connection: trunkline hooks add --connection <name>",
  });
}

/** The settings of a preset, with nothing changed. */
export function presetSettings(preset: string): WebhookInput {
  const known = Object.entries(PRESETS).find(([name]) => name === preset);
  if (!known) {
    throw new ConnectorError(`there is no preset '${preset}'`, {
      kind: 'input',
      hint: `There are: ${Object.keys(PRESETS).join(', ')}.`,
    });
  }
  return { title: known[1].title, preset: preset as keyof typeof PRESETS };
}

/** What a hook receives by. */
export interface Resolved {
  trigger: Trigger;
  /** Nothing is proven. */
  open: boolean;
}

/**
 * The trigger of a hook: its own, or one of its connection's connector.
 * @throws ConnectorError when there is no such connection or webhook (any more)
 */
export async function resolveHook(
  app: App,
  hook: Pick<HookRow, 'name' | 'connection' | 'webhook' | 'settings'>,
): Promise<Resolved> {
  if (hook.settings !== undefined) {
    const spec = Webhook.parse(JSON.parse(hook.settings));
    return { trigger: webhookTrigger(spec), open: isOpen(spec) };
  }
  const { connector } = await app.link(hook.connection ?? '');
  const trigger = connector.triggers?.[hook.webhook ?? ''];
  if (trigger) return { trigger, open: trigger.open === true };
  const known = Object.keys(connector.triggers ?? {});
  throw new ConnectorError(`${connector.title} has no webhook '${hook.webhook}'`, {
    kind: 'config',
    connector: connector.id,
    hint:
      known.length > 0
        ? `There are: ${known.join(', ')}.`
        : 'Add one under webhooks in its definition: docs/hooks.md.',
  });
}
