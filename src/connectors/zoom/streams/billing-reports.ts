import { defineStream } from '../../../core/stream.ts';
import { day, integer, row, text } from './columns.ts';
import { listed, withFingerprint } from './rows.ts';

const DEPARTMENT_BILLING = 'Pro or higher with department billing, which Zoom Support switches on';

/** Periods that were billed to departments. */
export const report_billing = defineStream({
  name: 'report_billing',
  title: 'Billing reports',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/billing',
  path: '/report/billing',
  budget: 'heavy',
  scopes: ['report:read:billing:admin'],
  plan: DEPARTMENT_BILLING,
  kind: 'state',
  row: row({
    currency: text,
    end_date: day,
    id: text,
    start_date: day,
    tax_amount: text,
    total_amount: text,
    type: integer,
  }),
  primaryKey: ['id'],
  cursor: 'end_date',
  pages: { kind: 'none', items: '' },
  rows: (answer) => listed(answer, 'billing_reports', ['currency']),
});

const line = withFingerprint('line_id', ['invoice_number', 'invoice_charge_name', 'start_date', 'end_date']);

/** Lines of the invoices of such a period; an invoice has one for each thing that was bought. */
export const report_invoices = defineStream({
  name: 'report_invoices',
  title: 'Billing invoices',
  docs: 'https://developers.zoom.us/docs/api/meetings/#tag/reports/GET/report/billing/invoices',
  path: '/report/billing/invoices',
  budget: 'heavy',
  scopes: ['report:read:billing_invoice:admin'],
  plan: DEPARTMENT_BILLING,
  kind: 'state',
  row: row({
    billing_id: text,
    line_id: text,
    nth: integer,
    currency: text,
    end_date: day,
    invoice_charge_name: text,
    invoice_number: text,
    quantity: integer,
    start_date: day,
    tax_amount: text,
    total_amount: text,
  }),
  primaryKey: ['billing_id', 'line_id', 'nth'],
  repeats: 'nth',
  cursor: 'end_date',
  pages: { kind: 'none', items: '' },
  rows: (answer) => listed(answer, 'invoices', ['currency']).flatMap(line),
  parents: [{ stream: 'report_billing', params: { billing_id: 'id' }, carry: { billing_id: 'id' } }],
});
