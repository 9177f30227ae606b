import type { HandshakeSpec } from '../core/handshake.ts';
import { PRESETS } from '../core/known-triggers.ts';
import type { SubscriptionSpec } from '../core/subscription.ts';
import { defineTrigger, type Trigger, type VerifySpec } from '../core/trigger.ts';
import type { WebhookSpec } from './definition-webhook.ts';

/** The triggers of a connector that is plain JSON; undefined when it pushes nothing. */
export function triggersOf(definition: {
  webhooks?: Readonly<Record<string, WebhookSpec>> | undefined;
}): Record<string, Trigger> | undefined {
  const entries = Object.entries(definition.webhooks ?? {});
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([name, webhook]) => [name, webhookTrigger(webhook)]));
}

/** Whether nothing proves an event but that its sender knows the address. */
export function isOpen({ auth }: Pick<WebhookSpec, 'auth'>): boolean {
  return auth?.method === 'none';
}

/** A webhook of plain JSON, as the receiver takes it. */
export function webhookTrigger(webhook: WebhookSpec): Trigger {
  const preset: Trigger | undefined = webhook.preset && PRESETS[webhook.preset];
  const { title, docs, auth, validation, event, delivery, account, happened, secrets, format } = webhook;
  const base: Trigger = preset ?? { title, docs, verify: NOTHING, event: { name: 'received' }, volatile: [] };
  return defineTrigger({
    ...base,
    title,
    docs: docs === '' ? base.docs : docs,
    byHook: true,
    ...(isOpen(webhook) && { open: true }),
    ...(auth && { verify: auth.method === 'none' ? NOTHING : verifySpec(auth) }),
    ...(validation && { handshake: handshakeSpec(validation) }),
    ...(event && { event: 'body' in event ? event.body : lowered(event) }),
    ...(delivery && deliveryOf(delivery)),
    ...(account !== undefined && { account }),
    ...(happened && { happened: { paths: [happened.body], unit: happened.unit } }),
    ...(secrets && { secrets: [...(base.secrets ?? []), ...secrets] }),
    ...(format && { format }),
    ...(webhook.subscription && {
      subscription: {
        ...subscriptionSpec(webhook.subscription),
        ...(webhook.events && { events: webhook.events }),
      },
    }),
  });
}

/** What no value fits: it stands where nothing is proven, so that a mistake elsewhere opens nothing. */
const NOTHING: VerifySpec = { header: '', prefix: '', sign: '', algorithm: 'none', encoding: 'none' };

type Signature = Extract<NonNullable<WebhookSpec['auth']>, { method: 'signature' }>;

function verifySpec(auth: Signature): VerifySpec {
  const { in: place, key, prefix, valuePrefix, separator, hash, sign, time, id, secretPrefix } = auth;
  const name = `${prefix}${key}`;
  const encoding = auth.encoding ?? (hash === 'none' ? 'none' : 'hex');
  return {
    header: place === 'header' ? name.toLowerCase() : '',
    ...(place === 'query' && { at: { query: name } }),
    ...(place === 'body' && { at: { body: name } }),
    prefix: valuePrefix,
    ...(separator !== undefined && { separator }),
    // Header names in a template are written as people write them.
    sign: sign.replaceAll(/\{header:([^}]+)\}/g, (_, header: string) => `{header:${header.toLowerCase()}}`),
    algorithm: hash,
    encoding,
    ...(id !== undefined && { id: { header: id.toLowerCase() } }),
    ...(time && { time: timeSpec(time) }),
    ...(secretPrefix !== undefined && { secret: { prefix: secretPrefix, encoding: 'base64' } }),
  };
}

function timeSpec({ header, prefix, unit, windowSeconds }: NonNullable<Signature['time']>) {
  return { header: header.toLowerCase(), ...(prefix !== undefined && { prefix }), unit, windowSeconds };
}

function handshakeSpec(validation: NonNullable<WebhookSpec['validation']>): HandshakeSpec {
  const { method, key, when, token, response } = validation;
  const place = validation.in ?? (method === 'GET' ? 'query' : 'body');
  const { as, hash, encoding } = response;
  const named = (name: string): string => (place === 'header' ? name.toLowerCase() : name);
  return {
    method,
    in: place,
    key: named(key),
    ...(when && { when: { key: named(when.key), is: when.is } }),
    ...(token !== undefined && { token }),
    proven: validation.proven ?? (place === 'body' || hash !== undefined),
    answer: {
      as,
      ...(response.key !== undefined && { key: response.key }),
      ...(hash && { hash }),
      ...(encoding && { encoding }),
      ...(response.with && { with: response.with }),
    },
  };
}

function lowered(event: { header: string } | { name: string }): Trigger['event'] {
  return 'header' in event ? { header: event.header.toLowerCase() } : event;
}

function deliveryOf(delivery: NonNullable<WebhookSpec['delivery']>): Partial<Trigger> {
  if (delivery === 'request') return { everyRequest: true };
  return 'header' in delivery
    ? { deliveryHeader: delivery.header.toLowerCase() }
    : { deliveryPath: delivery.body };
}

function subscriptionSpec(subscription: NonNullable<WebhookSpec['subscription']>): SubscriptionSpec {
  const { subscribe, id, secret, expires, unsubscribe, renew, list, lifetimeSeconds } = subscription;
  return {
    subscribe,
    id,
    unsubscribe,
    ...(secret !== undefined && { secret }),
    ...(expires !== undefined && { expires }),
    ...(renew && { renew: renewal(renew) }),
    ...(lifetimeSeconds !== undefined && { lifetimeMs: lifetimeSeconds * 1000 }),
    ...(list && { list: listing(list) }),
  };
}

function renewal({ action, input, expires }: NonNullable<NonNullable<WebhookSpec['subscription']>['renew']>) {
  return { action, input, ...(expires !== undefined && { expires }) };
}

function listing(list: NonNullable<NonNullable<WebhookSpec['subscription']>['list']>) {
  const { action, input, items, id, url } = list;
  return { action, input, id, url, ...(items !== undefined && { items }) };
}
