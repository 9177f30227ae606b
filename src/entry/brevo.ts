/** `trunkline/brevo`: Brevo as data. */
export { brevo } from '../connectors/brevo/index.ts';
