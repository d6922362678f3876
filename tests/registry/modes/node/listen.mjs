// Reads one surface's mode as a browser does that never polls: only events make it ask again.
// node listen.mjs <address> <token> <flag>: a line of JSON at once, and one for each change that it was told of.
import { EventSource } from "eventsource";
import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";

const [baseUrl, token, key] = process.argv.slice(2);
globalThis.EventSource = EventSource; // browsers have it; Node 20 does not
const headers = [["Authorization", `Bearer ${token}`]];
await OpenFeature.setContext({ targetingKey: "browser-1" });
await OpenFeature.setProviderAndWait(new OFREPWebProvider({ baseUrl, headers, pollInterval: 0, cacheMode: "disabled" }));
const client = OpenFeature.getClient();

function tell() {
  console.log(JSON.stringify([client.getStringValue(key, "off"), client.getBooleanValue(`${key}.tools`, false)]));
}

client.addHandler(ProviderEvents.ConfigurationChanged, tell);
tell();
process.stdin.on("end", () => process.exit(0)).resume();
