/** `trunkline/zoom`: Zoom as data. */
export { zoom } from '../connectors/zoom/index.ts';
