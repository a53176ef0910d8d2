/** Who asks for the next version gets it, from another origin of the distribution. */
import cf from 'cloudfront';

function handler(event) {
  var request = event.request;
  var channel = request.headers['x-channel'];
  if (channel && channel.value === 'beta') cf.selectRequestOriginById('beta');
  return request;
}
