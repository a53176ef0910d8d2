/** The listener that speaks TLS, with a certificate for this machine. */
import type { Distribution } from './distribution.ts';
import type { HttpsOptions } from './edge-options.ts';
import { listen } from './listening.ts';
import { localCertificate } from './local-certificate.ts';
import { secureViewerListener, type ViewerService } from './viewer-listener.ts';

export interface SecureEdge {
  readonly url: string;
  /** The certificate that viewers have to trust, as PEM. */
  readonly authority: string;
  /** The file that it is kept in; null: none. */
  readonly authorityFile: string | null;
}

/** What was started is in `running`. */
export async function listenSecurely(
  service: ViewerService,
  { aliases, hasHttp2 }: Distribution,
  { port = 0, folder }: HttpsOptions,
  running: (() => Promise<unknown>)[],
): Promise<SecureEdge> {
  const certificate = await localCertificate(aliases, folder ?? null);
  const { authority, authorityFile } = certificate;
  const listening = await listen(secureViewerListener(service, certificate, hasHttp2), port, 'https-port', running);
  return { url: `https://localhost:${listening}`, authority, authorityFile };
}
