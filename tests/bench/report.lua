-- For wrk: sends the request that the environment names, and prints
-- REQUESTS MICROSECONDS P99_MICROSECONDS FAILURES as the last line.
local body = os.getenv("BODY")

if body and body ~= "" then
	local file = assert(io.open(body, "rb"))
	wrk.method = "POST"
	wrk.body = file:read("*a")
	wrk.headers["Content-Type"] = "application/json"
	file:close()
end

function done(summary, latency)
	local e = summary.errors
	io.write(string.format("%d %d %d %d\n", summary.requests,
	    summary.duration, latency:percentile(99),
	    e.connect + e.read + e.write + e.status + e.timeout))
end
