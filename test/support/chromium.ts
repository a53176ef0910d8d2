/** Chromium (Debian: `apt-get install chromium`) at `/usr/bin/chromium`, or where `EDGEKEEPER_CHROMIUM` says. */
import { type Browser, chromium } from 'playwright-core';

export const CHROMIUM = process.env.EDGEKEEPER_CHROMIUM ?? '/usr/bin/chromium';

/** Nothing but the page may ask the network for anything. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}
