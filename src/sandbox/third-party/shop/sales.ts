/** Customers and orders. */
import { isRecord } from '../../record.ts';
import type { SandboxAnswer } from '../../types.ts';
import { headerOf, jsonObject, type Visit } from '../routes.ts';
import { bodyOf } from './goods.ts';
import { pageOf } from './paging.ts';
import { notFound, Problem, refuse, type Wrong } from './problem.ts';
import type { Customer, Order, Product, World } from './world.ts';

const NAMES = new Set(['first_name', 'last_name', 'phone', 'accepts_marketing']);
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Told when something has happened that others may hear of. */
export type Tell = (event: string, object: unknown) => void;

export function listCustomers(world: World, { request: { query } }: Visit): SandboxAnswer {
  const email = query.get('email')?.toLowerCase();
  const rows = [...world.customers.values()].filter((one) => email === undefined || one.email === email);
  return { status: 200, json: pageOf(rows, query) };
}

export function getCustomer(world: World, { params }: Visit): SandboxAnswer {
  return { status: 200, json: customerOf(world, params['customerId'] ?? '') };
}

export function createCustomer(world: World, { request }: Visit, tell: Tell): SandboxAnswer {
  const body = bodyOf(jsonObject(request));
  refuse(wrongs(body, true));
  const email = String(body['email']).toLowerCase();
  if ([...world.customers.values()].some((one) => one.email === email)) {
    throw new Problem(409, 'taken', `there is a customer ${email} already`);
  }
  const customer = Object.assign(world.customerOf(email), namesOf(body));
  tell('customer.created', customer);
  return { status: 201, json: customer };
}

export function updateCustomer(world: World, { request, params }: Visit, tell: Tell): SandboxAnswer {
  const customer = customerOf(world, params['customerId'] ?? '');
  const body = bodyOf(jsonObject(request));
  refuse(wrongs(body, false));
  Object.assign(customer, namesOf(body));
  if (typeof body['email'] === 'string') customer.email = body['email'].toLowerCase();
  tell('customer.updated', customer);
  return { status: 200, json: customer };
}

export function listOrders(world: World, { request: { query } }: Visit): SandboxAnswer {
  const statuses = query.getAll('status');
  const after = query.get('created_after');
  const customer = query.get('customer_id');
  const rows = [...world.orders.values()].filter(
    (one) =>
      (statuses.length === 0 || statuses.includes(one.status)) &&
      (after === null || one.created_at > after) &&
      (customer === null || one.customer.id === customer),
  );
  return { status: 200, json: pageOf(rows, query) };
}

/** The money as the reader writes it, when the header says who reads. */
export function getOrder(world: World, { request, params }: Visit): SandboxAnswer {
  const order = orderOf(world, params);
  const locale = headerOf(request, 'shop-locale');
  if (locale === undefined) return { status: 200, json: order };
  const { amount, currency } = order.total;
  try {
    const formatted = new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount / 100);
    return { status: 200, json: { ...order, total_formatted: formatted } };
  } catch {
    throw new Problem(400, 'bad-locale', `Shop-Locale must be a language tag such as de-CH, not ${locale}`);
  }
}

/** The same `Idempotency-Key` with the same body answers the same order again. */
export function createOrder(world: World, { request }: Visit, tell: Tell): SandboxAnswer {
  const body = bodyOf(jsonObject(request));
  const key = headerOf(request, 'idempotency-key');
  const known = key === undefined ? undefined : world.keys.get(key);
  if (known !== undefined) {
    if (known.body === request.body.toString()) return { status: 200, json: known.order };
    throw new Problem(409, 'key-reused', 'this Idempotency-Key came with another body before');
  }
  const { lines, errors } = linesOf(world, body['lines']);
  const { email, customer_id: id, note } = body;
  if (typeof email !== 'string' && typeof id !== 'string') {
    errors.push({ pointer: '/email', detail: 'give email or customer_id' });
  } else if (typeof email === 'string' && !EMAIL.test(email)) {
    errors.push({ pointer: '/email', detail: 'is no e-mail address' });
  }
  refuse(errors);
  const customer =
    typeof id === 'string' ? customerOf(world, id) : world.customerOf(String(email), namesOf(body));
  const order = world.place(customer, lines, typeof note === 'string' ? note : undefined);
  if (key !== undefined) world.keys.set(key, { body: request.body.toString(), order });
  tell('order.created', order);
  return { status: 201, json: order };
}

export function cancelOrder(world: World, { request, params }: Visit, tell: Tell): SandboxAnswer {
  const order = orderOf(world, params);
  const reason = jsonObject(request)?.['reason'];
  if (order.status === 'cancelled') throw new Problem(409, 'cancelled', 'the order is cancelled already');
  order.status = 'cancelled';
  if (typeof reason === 'string') order.cancel_reason = reason;
  tell('order.cancelled', order);
  return { status: 200, json: order };
}

function linesOf(world: World, value: unknown) {
  const lines: { product: Product; quantity: number }[] = [];
  const errors: Wrong[] = [];
  if (!Array.isArray(value) || value.length === 0) {
    return { lines, errors: [{ pointer: '/lines', detail: 'expected at least one line' }] };
  }
  for (const [i, line] of value.entries()) {
    const { product_id: id, quantity = 1 } = isRecord(line) ? line : {};
    const product = world.products.get(String(id));
    if (product === undefined) errors.push({ pointer: `/lines/${i}/product_id`, detail: 'is no product' });
    if (typeof quantity !== 'number' || !Number.isSafeInteger(quantity) || quantity < 1) {
      errors.push({ pointer: `/lines/${i}/quantity`, detail: 'expected a whole number from 1' });
    } else if (product) lines.push({ product, quantity });
  }
  return { lines, errors };
}

function wrongs(body: Record<string, unknown>, needed: boolean): Wrong[] {
  const { email } = body;
  if (email === undefined && !needed) return [];
  if (typeof email === 'string' && EMAIL.test(email)) return [];
  return [{ pointer: '/email', detail: email === undefined ? 'is required' : 'is no e-mail address' }];
}

function namesOf(body: Record<string, unknown>): Partial<Customer> {
  return Object.fromEntries(Object.entries(body).filter(([name]) => NAMES.has(name)));
}

function customerOf(world: World, id: string): Customer {
  const customer = world.customers.get(id);
  if (customer === undefined) throw notFound('customer', id);
  return customer;
}

function orderOf(world: World, params: Readonly<Record<string, string>>): Order {
  const order = world.orders.get(params['orderId'] ?? '');
  if (order === undefined) throw notFound('order', params['orderId'] ?? '');
  return order;
}
