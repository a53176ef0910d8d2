/** Where viewers are, and at which edge location their requests arrive. */
import { isIP } from 'node:net';
import { CITIES, cityNamed } from './cities.ts';
import type { EdgeLocation } from './edge-location.ts';
import { errorPage } from './error-page.ts';
import type { EdgeRequest, ViewerAnswer } from './exchange.ts';
import { headerOf, withoutHeaders } from './headers.ts';
import type { ServingLocations } from './serving-locations.ts';
import type { PlaceOfAddress } from './viewer-map.ts';
import type { ViewerPlace } from './viewer-place.ts';

/** Where a request arrived, and where its viewer is; null: CloudFront does not know. */
export interface Arrival {
  readonly location: EdgeLocation;
  readonly viewer: ViewerPlace | null;
}

/** A request that has arrived, or the emulator's refusal of it. */
export interface Arrived {
  readonly request: EdgeRequest;
  readonly refusal: ViewerAnswer | null;
}

/** With it a developer says where a request comes from: the name of a city, or an address. */
export const VIEWER_HEADER = 'x-edgekeeper-viewer';

/**
 * Requests as they arrive: what the header says counts before what the map says of the viewer's address,
 * and without either they arrive at home. An address in the header takes the place of the viewer's own. Nothing
 * behind this sees the header.
 */
export function arrivals(
  home: Arrival,
  locations: ServingLocations,
  placeOf: PlaceOfAddress | null,
): (request: EdgeRequest) => Arrived {
  function at(request: EdgeRequest, place: ViewerPlace | null): Arrived {
    const location = locations.nearestTo(place);
    if (place === null && location === home.location) return { request, refusal: null };
    return { request: { ...request, arrival: { location, viewer: place ?? home.viewer } }, refusal: null };
  }

  return (received) => {
    const said = headerOf(received.headers, VIEWER_HEADER)?.trim();
    if (said === undefined) return at(received, placeOf?.(received.viewerIp) ?? null);
    const request = { ...received, headers: withoutHeaders(received.headers, [VIEWER_HEADER]) };
    if (isIP(said) !== 0) return at({ ...request, viewerIp: said }, placeOf?.(said) ?? null);
    const city = cityNamed(said);
    return city === null ? { request, refusal: refusalOf(request) } : at(request, city);
  };
}

function refusalOf(request: EdgeRequest): ViewerAnswer {
  const cities = CITIES.map(({ city }) => city).join(', ');
  const text = `The emulator expects an IP address in ${VIEWER_HEADER}, or one of ${cities}.`;
  return errorPage(400, text, request.id);
}
