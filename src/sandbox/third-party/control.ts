/** `/__sandbox` below `/shop`, `/desk` and `/github`: makes things happen there, and tells what is so. */
import type { DeskSimulator } from './desk/index.ts';
import { readRelease, sendRelease } from './github.ts';
import type { ShopSimulator } from './shop/index.ts';

/** A buyer orders, a person turns switches: `{"order": {...}}` and the switches beside it. */
export async function shopControl(shop: ShopSimulator, body: Record<string, unknown>): Promise<unknown> {
  const { order, revokeTokens, ...switches } = body;
  const turned = shop.turn(switches);
  if (revokeTokens === true) shop.revokeTokens();
  if (order === undefined) return { switches: turned };
  const { email, first_name, last_name, product, quantity } = members(order, 'order');
  if (typeof email !== 'string' || email === '') throw new TypeError('order.email must be a text');
  if (quantity !== undefined && typeof quantity !== 'number')
    throw new TypeError('order.quantity must be a number');
  return shop.buy({
    email,
    ...texts({ first_name, last_name, product }, 'order'),
    ...(quantity === undefined ? {} : { quantity }),
  });
}

/** `{"webhook": {"url", "secret"}}`, `{"ticket": {"summary", "reporter"}}` or `{"move": {"key", "status"}}`. */
export async function deskControl(desk: DeskSimulator, body: Record<string, unknown>): Promise<unknown> {
  const { webhook, ticket, move, ...others } = body;
  const unknown = Object.keys(others);
  if (unknown.length > 0)
    throw new TypeError(`unknown: ${unknown.join(', ')}; there are webhook, ticket, move`);
  if (webhook !== undefined) {
    const { url = '', secret = '' } = texts(members(webhook, 'webhook'), 'webhook');
    return desk.paste({ url, secret });
  }
  if (ticket !== undefined) {
    const { summary = 'Help', reporter = 'ada@example.com' } = texts(members(ticket, 'ticket'), 'ticket');
    return desk.ask(summary, reporter);
  }
  const { key = '', status = '' } = texts(members(move, 'move'), 'move');
  return desk.move(key, status);
}

/** `{"url", "secret", "tag", "repository", "name", "action"}`. */
export async function githubControl(body: Record<string, unknown>): Promise<unknown> {
  const release = readRelease(body);
  if (typeof release === 'string') throw new TypeError(release);
  return sendRelease(release);
}

function members(value: unknown, name: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new TypeError(`${name} must be an object`);
}

function texts(value: Record<string, unknown>, where: string): Record<string, string> {
  const given = Object.entries(value).filter(([, text]) => text !== undefined);
  const wrong = given.find(([, text]) => typeof text !== 'string');
  if (wrong) throw new TypeError(`${where}.${wrong[0]} must be a text`);
  return Object.fromEntries(given) as Record<string, string>;
}
