// Reads one surface's flags as a server and as a browser would, once as they are and once they have changed.
// node read.mjs <address> <token> <flag>: one line of JSON each time.
import { OpenFeature as Server } from "@openfeature/server-sdk";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import { OpenFeature as Web } from "@openfeature/web-sdk";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";

const [baseUrl, token, key] = process.argv.slice(2);
const headers = [["Authorization", `Bearer ${token}`]];
await Server.setProviderAndWait(new OFREPProvider({ baseUrl, headers }));
await Web.setContext({ targetingKey: "browser-1" });
await Web.setProviderAndWait(new OFREPWebProvider({ baseUrl, headers, pollInterval: 200, cacheMode: "disabled" }));
const server = Server.getClient();
const web = Web.getClient();

async function tell() {
  const mode = await server.getStringDetails(key, "off");
  const tools = await server.getBooleanValue(`${key}.tools`, false);
  const seen = web.getStringDetails(key, "off");
  const unknown = web.getBooleanDetails("S-9999.tools", false);
  console.log(JSON.stringify({
    server: [mode.value, mode.reason, mode.flagMetadata.state, tools],
    web: [seen.value, seen.reason, web.getBooleanValue(`${key}.tools`, false)],
    unknown: [unknown.value, unknown.errorCode],
  }));
}

await tell();
const before = web.getStringValue(key, "off");
for (let waited = 0; waited < 150 && web.getStringValue(key, "off") === before; waited += 1) {
  await new Promise((resolve) => setTimeout(resolve, 200));
}
await tell();
await Web.close();
await Server.close();
process.exit(0);
