#!/usr/bin/env node
/** The command: registers tsx, so that the project's TypeScript runs as it is, and hands over. */
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
await main(process.argv);
