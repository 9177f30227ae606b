import { z } from 'zod';
import { PRESETS, type PresetName } from '../core/known-triggers.ts';

const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'expected the name of a header');
const path = z.string().min(1);
const pointer = z.string().startsWith('/', 'expected a JSON pointer, such as /data/id');

const Time = z.strictObject({
  /** Header with the time of signing. */
  header: headerName,
  /** It is a field of that header which begins so, such as `t=`. */
  prefix: z.string().optional(),
  unit: z.enum(['s', 'ms']).default('s'),
  /** How old a signature may be, in seconds. */
  windowSeconds: z.number().positive().default(300),
});

/** How each event proves where it comes from. What the secret is, stands with the hook and not here. */
const Signature = z
  .strictObject({
    method: z.literal('signature'),
    /** Where it stands; a member of the body (a dotted path, `*` for every item of a list) is for plain values only. */
    in: z.enum(['header', 'query', 'body']).default('header'),
    /** Its name there. */
    key: z.string().min(1),
    /** Stands before the name: with `x-` and the key `zoom_signature`, the header is `x-zoom_signature`. */
    prefix: z.string().default(''),
    /** Stands before the value, such as `sha256=`. */
    valuePrefix: z.string().default(''),
    /** Stands between several signatures of one header. */
    separator: z.string().min(1).optional(),
    /** The HMAC that the value is; `none`: the value is the secret itself. */
    hash: z.enum(['none', 'sha1', 'sha256', 'sha384', 'sha512']).default('none'),
    /** How the value is written. */
    encoding: z.enum(['none', 'hex', 'base64', 'base64url']).optional(),
    /** What is signed, with `{body}`, `{time}`, `{id}`, `{url}`, `{path}`, `{method}` and `{header:x-name}`. */
    sign: z.string().min(1).default('{body}'),
    time: Time.optional(),
    /** Header with the id of the delivery, where that is signed. */
    id: headerName.optional(),
    /** The secret is written in base64, after this. */
    secretPrefix: z.string().optional(),
  })
  .superRefine(({ hash, encoding, in: place, sign, time, id }, context) => {
    const wrong = (name: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [name], message });
    if (hash !== 'none' && encoding === 'none') {
      wrong('encoding', `a ${hash} is bytes: expected hex, base64 or base64url`);
    }
    if (hash !== 'none' && place === 'body') {
      wrong('in', 'a signature in the body would sign itself: expected header or query');
    }
    if (hash !== 'none' && !/\{(?:body|url|path|id)\}/.test(sign)) {
      wrong('sign', 'nothing of the request is signed: expected {body} in it');
    }
    if (sign.includes('{time}') && !time) wrong('time', '{time} is signed: say which header has it');
    if (sign.includes('{id}') && id === undefined) wrong('id', '{id} is signed: say which header has it');
    // A time that is not signed can be set by whoever has seen one request.
    if (time && !sign.includes('{time}'))
      wrong('sign', 'a time counts only when it is signed: put {time} into it');
  });

const Authentication = z.discriminatedUnion('method', [
  Signature,
  /** Whoever knows the address may send. */
  z.strictObject({ method: z.literal('none') }),
]);

/** How the system finds out that the address is ours: it sends a text and wants it back. */
const Validation = z
  .strictObject({
    method: z.enum(['GET', 'POST']).default('POST'),
    /** Where the text stands: by the method, the query for GET and the body for POST, unless told. */
    in: z.enum(['query', 'body', 'header']).optional(),
    /** Its name there: the challenge key. */
    key: path,
    /** It is a question only when this has this value. */
    when: z.strictObject({ key: path, is: z.string() }).optional(),
    /** Parameter of the query that must be one of the secrets. */
    token: z.string().min(1).optional(),
    /** Only questions that are proven like events are answered. For a text in the body, and for HMACs, unless told. */
    proven: z.boolean().optional(),
    response: z
      .strictObject({
        as: z.enum(['text', 'json', 'header']).default('text'),
        /** The challenge response: name of the member or header, when it is not that of the text. */
        key: z.string().min(1).optional(),
        /** The HMAC of the text with the secret, in place of the text. */
        hash: z.enum(['sha1', 'sha256', 'sha384', 'sha512']).optional(),
        encoding: z.enum(['hex', 'base64']).optional(),
        /** Further members of the JSON object. */
        with: z.record(z.string(), z.unknown()).optional(),
      })
      .default({ as: 'text' }),
  })
  .superRefine(({ method, in: place, response, proven }, context) => {
    if (method === 'GET' && place === 'body') {
      context.addIssue({
        code: 'custom',
        path: ['in'],
        message: 'a GET has no body: expected query or header',
      });
    }
    if (response.hash !== undefined && (proven === false || place === 'query' || place === 'header')) {
      context.addIssue({
        code: 'custom',
        path: ['response', 'hash'],
        message: 'whoever asks would be given signatures: a hash needs a question in the body that is proven',
      });
    }
  });

const Call = {
  /** The action, such as `webhooks.create`. */
  action: z.string().regex(/^[^.]+\..+$/, 'expected the name of an action, such as webhooks.create'),
  input: z.record(z.string(), z.unknown()).default({}),
};

/** Subscribing by operations of the same connector. Texts in inputs: `{url}`, `{secret}`, `{events}`, `{id}`, `{expires}`. */
const Subscription = z.strictObject({
  subscribe: z.strictObject(Call),
  /** Where its answer names the subscription. */
  id: pointer,
  /** Where its answer has the secret, when the system makes it. */
  secret: pointer.optional(),
  /** Where its answer says when the subscription ends. */
  expires: pointer.optional(),
  unsubscribe: z.strictObject(Call),
  renew: z.strictObject({ ...Call, expires: pointer.optional() }).optional(),
  /** How long a subscription is asked for, in seconds, where `{expires}` is sent. */
  lifetimeSeconds: z.number().positive().optional(),
  /** Lists the subscriptions that there are. */
  list: z
    .strictObject({
      ...Call,
      /** Where the answer has them; by the action's own pages when left out. */
      items: pointer.optional(),
      id: pointer.default('/id'),
      url: pointer.default('/url'),
    })
    .optional(),
});

/** Where an event is named: a dotted path into the body, a header, or one name for all. */
const EventName = z.union([
  z.strictObject({ body: path }),
  z.strictObject({ header: headerName }),
  z.strictObject({ name: z.string().min(1) }),
]);

/** Something that a system pushes to us. */
export const Webhook = z
  .strictObject({
    title: z.string().min(1),
    description: z.string().optional(),
    docs: z.string().default(''),
    /** `static`: a person gives our address to the system. `resthook`: its own operations subscribe and unsubscribe. */
    kind: z.enum(['static', 'resthook']).default('static'),
    /** Begins with the settings of a known system; what else is said here replaces them. */
    preset: z.enum(Object.keys(PRESETS) as [PresetName, ...PresetName[]]).optional(),
    auth: Authentication.optional(),
    validation: Validation.optional(),
    event: EventName.optional(),
    /** Names of events, for whoever subscribes: all of them unless told. */
    events: z.array(z.string().min(1)).optional(),
    /** What is the same for all tries of one delivery; `request`: nothing is, every request is a delivery of its own. */
    delivery: z
      .union([z.strictObject({ header: headerName }), z.strictObject({ body: path }), z.literal('request')])
      .optional(),
    /** Where the body says whose account it is. */
    account: path.optional(),
    /** Where the body says when it happened. */
    happened: z.strictObject({ body: path, unit: z.enum(['s', 'ms']).default('s') }).optional(),
    /** Members of the body that are never kept. */
    secrets: z.array(z.string()).optional(),
    format: z.enum(['json', 'form']).optional(),
    subscription: Subscription.optional(),
  })
  .superRefine(({ kind, preset, auth, subscription }, context) => {
    const wrong = (name: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [name], message });
    if (auth === undefined && preset === undefined) {
      wrong('auth', 'say how events prove themselves, or choose a preset; { "method": "none" } takes all');
    }
    if (kind === 'resthook' && !subscription)
      wrong('subscription', 'a RESThook needs subscribe and unsubscribe');
    if (kind === 'static' && subscription)
      wrong('subscription', 'only a RESThook subscribes: kind: resthook');
  });

/** A webhook as people write it. */
export type WebhookInput = z.input<typeof Webhook>;
/** The same with all defaults filled in. */
export type WebhookSpec = z.output<typeof Webhook>;
