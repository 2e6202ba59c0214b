-- What wrk sends for Scripts/load-serve: steps of sessions, in turn, or stateless batches of one.
--
-- Arguments: what is sent ("steps" or "stateless") and the file with the
-- sessions' names, one a line. Each of wrk's threads has sessions of its own, and so many that a step
-- is answered long before the next one of its session is sent, whichever connection carries it.

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
  thread:set("threads", tonumber(os.getenv("LOAD_THREADS")))
end

local observations = {
  "[0.01,0.02,0.03,-0.04]", "[0.02,-0.17,0.03,0.26]", "[0.01,0.02,0.04,-0.02]",
  "[-0.03,-0.18,0.02,0.31]", "[-0.02,0.01,-0.03,0.05]", "[0.04,0.2,-0.01,-0.27]",
}
local headers = { ["Content-Type"] = "application/json" }
local sessions, steps, turn = {}, {}, 0
local stateless = false

function init(args)
  stateless = args[1] == "stateless"
  local line = 0
  for name in io.lines(args[2]) do
    if line % threads == number then
      sessions[#sessions + 1] = "/v1/sessions/" .. name .. "/act"
      steps[#steps + 1] = 0
    end
    line = line + 1
  end
end

function request()
  -- wrk tries the script once before its threads have begun.
  if #sessions == 0 then return wrk.format("GET", "/v2/health/live") end
  turn = turn + 1
  local observation = observations[turn % #observations + 1]
  if stateless then
    local body = '{"items":[{"observation":' .. observation .. "}]}"
    return wrk.format("POST", "/v1/act", headers, body)
  end
  local which = turn % #sessions + 1
  local step = steps[which]
  steps[which] = step + 1
  local reward = step > 0 and ',"reward":1' or ""
  local body = '{"step":' .. step .. ',"observation":' .. observation .. reward .. "}"
  return wrk.format("POST", sessions[which], headers, body)
end

function done(summary, latency, requests)
  local errors = summary.errors
  local file = io.open(os.getenv("LOAD_RESULT"), "w")
  file:write(string.format(
    '{"requests":%d,"seconds":%.6f,"p50":%.3f,"p99":%.3f,"most":%.3f,"refused":%d,"lost":%d}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, latency.max / 1e3, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
  file:close()
end
