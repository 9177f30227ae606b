/** What the shop holds: products, customers and orders, made from the seed. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { random } from '../../random.ts';

export interface Product {
  id: string;
  sku: string;
  name: string;
  description?: string;
  status: 'active' | 'draft' | 'archived';
  price: Money;
  tags: string[];
  /** The webinar that a ticket is for, and whatever else the shopkeeper notes. */
  metadata: Record<string, string>;
  created_at: string;
}

export interface Money {
  amount: number;
  currency: string;
}

export interface Customer {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  phone?: string | null;
  accepts_marketing: boolean;
  created_at: string;
}

export interface Order {
  id: string;
  number: number;
  status: 'open' | 'paid' | 'cancelled';
  customer: Pick<Customer, 'id' | 'email' | 'first_name' | 'last_name'>;
  lines: Line[];
  total: Money;
  note?: string;
  cancel_reason?: string;
  created_at: string;
}

export interface Line {
  product_id: string;
  sku: string;
  name: string;
  quantity: number;
  price: Money;
  metadata: Record<string, string>;
}

export interface Image {
  id: string;
  product_id: string;
  alt: string;
  position: number;
  filename: string;
  content_type: string;
  bytes: Buffer;
}

const FIRST = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Frances', 'Ken', 'Radia', 'Tim'];
const LAST = ['Lovelace', 'Hopper', 'Turing', 'Dijkstra', 'Liskov', 'Knuth', 'Allen', 'Perlman', 'Lee'];
const GOODS = ['Workshop ticket', 'Notebook', 'Mug', 'Handbook', 'Sticker sheet', 'T-shirt', 'Webinar seat'];
const PRODUCTS = 24;
const CUSTOMERS = 60;
const ORDERS = 75;

/** The state of the shop; the same seed gives the same start. */
export class World {
  readonly products = new Map<string, Product>();
  readonly customers = new Map<string, Customer>();
  readonly orders = new Map<string, Order>();
  readonly images = new Map<string, Image>();
  /** Orders by the idempotency key that they were made with. */
  readonly keys = new Map<string, { body: string; order: Order }>();
  readonly #clock: Clock;
  #number = 1000;

  constructor(seed: number, clock: Clock) {
    this.#clock = clock;
    const stream = random(seed, 'shop');
    const start = clock.now() - 90 * 86_400_000;
    const at = (i: number): string => new Date(start + i * 3_600_000).toISOString();
    for (let i = 1; i <= PRODUCTS; i++) {
      const name = stream.pick(GOODS);
      const id = `prod_${i}`;
      this.products.set(id, {
        id,
        sku: `SKU-${1000 + i}`,
        name: `${name} ${i}`,
        status: stream.chance(0.8) ? 'active' : 'draft',
        price: { amount: stream.int(3, 400) * 100, currency: 'EUR' },
        tags: stream.chance(0.5) ? ['featured', name.split(' ')[0]?.toLowerCase() ?? ''] : [],
        metadata: {},
        created_at: at(i),
      });
    }
    for (let i = 1; i <= CUSTOMERS; i++) {
      const [first, last] = [stream.pick(FIRST), stream.pick(LAST)];
      this.customers.set(`cus_${i}`, {
        id: `cus_${i}`,
        email: `${first}.${last}.${i}@buyers.example`.toLowerCase(),
        first_name: first,
        last_name: last,
        // The shop says null where it knows nothing, and leaves it out at times: both occur in real answers.
        ...(stream.chance(0.3) ? {} : { phone: stream.chance(0.5) ? null : `+3310000${1000 + i}` }),
        accepts_marketing: stream.chance(0.5),
        created_at: at(i),
      });
    }
    const [goods, people] = [[...this.products.values()], [...this.customers.values()]];
    for (let i = 1; i <= ORDERS; i++) {
      const order = this.place(stream.pick(people), [
        { product: stream.pick(goods), quantity: stream.int(1, 4) },
      ]);
      order.created_at = at(i);
      order.status = stream.chance(0.7) ? 'paid' : 'open';
    }
  }

  now(): string {
    return new Date(this.#clock.now()).toISOString();
  }

  /** A new order. Numbers go up by one; the id tells nothing. */
  place(customer: Customer, items: readonly { product: Product; quantity: number }[], note?: string): Order {
    const { id, email, first_name, last_name } = customer;
    const number = ++this.#number;
    const order: Order = {
      id: `ord_${number}`,
      number,
      status: 'paid',
      customer: { id, email, first_name, last_name },
      lines: items.map(({ product, quantity }) => ({
        product_id: product.id,
        sku: product.sku,
        name: product.name,
        quantity,
        price: product.price,
        metadata: product.metadata,
      })),
      total: {
        amount: items.reduce((sum, { product, quantity }) => sum + product.price.amount * quantity, 0),
        currency: items[0]?.product.price.currency ?? 'EUR',
      },
      ...(note === undefined ? {} : { note }),
      created_at: this.now(),
    };
    this.orders.set(order.id, order);
    return order;
  }

  /** The customer of an address, in any case; a new one when there is none. */
  customerOf(email: string, names: { first_name?: string; last_name?: string } = {}): Customer {
    const known = [...this.customers.values()].find((one) => one.email === email.toLowerCase());
    if (known) return known;
    const customer: Customer = {
      id: newId('cus'),
      email: email.toLowerCase(),
      first_name: names.first_name ?? '',
      last_name: names.last_name ?? '',
      accepts_marketing: false,
      created_at: this.now(),
    };
    this.customers.set(customer.id, customer);
    return customer;
  }
}

/** An id with the kind of its record before it, as many APIs give them. */
export function newId(kind: string): string {
  return `${kind}_${randomUUID().replaceAll('-', '').slice(0, 20)}`;
}
