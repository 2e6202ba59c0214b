import Foundation
import Testing

/// `foal bench --peers` with scripts that stand for other libraries: shell scripts, under an
/// interpreter that is a shell.
@Suite(.timeLimit(.minutes(5))) struct BenchPeersTests {
  /// Writes a file that can be run.
  private func write(_ text: String, to file: URL) throws {
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  private static let interpreter = "#!/bin/sh\nexec /bin/sh \"$@\"\n"

  /// Calls the body with a folder of scripts.
  private func withPeers(
    _ scripts: [String: String], _ body: (_ folder: URL, _ peers: URL) throws -> Void
  ) throws {
    try BuiltTool.inTemporaryFolder { folder in
      let peers = folder.appending(path: "peers")
      try write(Self.interpreter, to: peers.appending(path: ".venv/bin/python"))
      for (name, text) in scripts { try write(text, to: peers.appending(path: name)) }
      try body(folder, peers)
    }
  }

  private func bench(_ folder: URL, _ flags: [String] = []) throws -> BuiltTool.Ending {
    try BuiltTool.run(
      [
        "bench", "--quick", "--rounds", "2", "--only", "peers", "--peers-folder", "peers",
      ] + flags, in: folder)
  }

  /// A script that measures at once, whatever is asked for, and notes how it was called.
  private func quick(_ peer: String, _ benchmarks: String, solved: String = "true") -> String {
    """
    echo "$@" >> calls
    if [ "$1" = --list ]; then
      echo '{"peer": "\(peer)", "benchmarks": [\(benchmarks)]}'
      exit
    fi
    echo "a library that likes to talk"
    echo '{"peer": "\(peer)", "version": "1.2", "benchmark": "'$1'", "threads": '$3',' \\
      '"steps": 1000, "seconds": 10, "stepsPerSecond": 100, "compileSeconds": 0.5,' \\
      '"solved": \(solved), "stepsToSolve": 1000, "secondsToSolve": 1000}'
    """
  }

  @Test func takesTurnsWithPeers() throws {
    let scripts = [
      "one.py": quick("One", #""cartpole-solved", "cartpole-steps", "ppo", "dqn", "chess""#),
      "two.py": quick("Two", #""cartpole-steps", "cartpole-solved""#, solved: "false"),
      // What scripts share is no script.
      "shared.py": "exit 0", "_private.py": "exit 1", "notes.txt": "exit 1",
    ]
    try withPeers(scripts) { folder, peers in
      let ending = try bench(folder, ["--workers", "2", "--json"])
      #expect(ending.status == 0, "\(ending.complaint)")
      let document = try #require(try ending.document()["peers"] as? [String: Any])
      let comparisons = try #require(document["comparisons"] as? [[String: Any]])
      #expect(
        comparisons.map { "\($0["peer"] ?? "") \($0["benchmark"] ?? "") \($0["threads"] ?? "")" }
          == [
            "One ppo 2", "One dqn 1", "One dqn 2", "One cartpole-steps 1", "Two cartpole-steps 1",
            "One cartpole-solved 2", "Two cartpole-solved 2",
          ])
      for comparison in comparisons.prefix(5) {
        let rate = try #require(comparison["peerStepsPerSecond"] as? [String: Any])
        #expect(rate["median"] as? Double == 100 && rate["rounds"] as? Int == 2)
        // The peer's is the same in every round.
        let own = try #require(comparison["foalStepsPerSecond"] as? [String: Any])
        let (ratio, median) = (comparison["ratio"] as? Double, own["median"] as? Double)
        #expect(abs(try #require(ratio) / (try #require(median) / 100) - 1) < 1e-9)
        #expect(comparison["foalSecondsToSolve"] is NSNull)
      }
      let solving = try #require(comparisons[5]["foalSecondsToSolve"] as? [String: Any])
      let ends = try ["least", "most"].map { try #require(solving[$0] as? Double) }
      let ratio = try #require(comparisons[5]["ratio"] as? Double)
      #expect(ratio * ends[0] <= 1000.001 && ratio * ends[1] >= 999.999)
      #expect(comparisons[6]["ratio"] is NSNull)
      let skipped = try #require(document["skipped"] as? [[String: Any]])
      #expect(skipped.count == 1)
      #expect(skipped[0]["benchmark"] as? String == "chess")
      let calls = try String(contentsOf: peers.appending(path: "calls"), encoding: .utf8)
      #expect(calls.contains("ppo --threads 2 --seed 0\nppo --threads 2 --seed 1\n"))
      #expect(calls.contains("cartpole-steps --threads 1 --seed 1\n"))
    }
  }

  @Test func measuresOnlyWhatIsWanted() throws {
    let scripts = [
      "one.py": quick("One", #""cartpole-steps", "minigrid-steps", "dqn", "chess""#),
      "two.py": quick("Two", #""minigrid-steps""#),
    ]
    try withPeers(scripts) { folder, _ in
      let ending = try bench(
        folder, ["--peer-benchmarks", "cartpole-steps", "--workers", "1", "--json"])
      #expect(ending.status == 0, "\(ending.complaint)")
      let document = try #require(try ending.document()["peers"] as? [String: Any])
      let comparisons = try #require(document["comparisons"] as? [[String: Any]])
      #expect(comparisons.map { $0["benchmark"] as? String } == ["cartpole-steps"])
      #expect((document["skipped"] as? [Any])?.isEmpty == true)
    }
  }

  @Test func namesWhatIsMissingAndWhatFails() throws {
    let lists =
      #"[ "$1" = --list ] && echo '{"peer": "P", "benchmarks": ["cartpole-steps"]}' && exit"#
    let scripts = [
      "absent.py": "echo 'Traceback' >&2; echo 'there is no module named gallop' >&2; exit 3",
      "crashes.py": "\(lists)\necho 'out of memory' >&2; exit 1",
      "babbles.py": "\(lists)\necho 'about 100 steps'",
      "silent.py": "\(lists)\nexit 0",
      "zero.py": lists + "\n"
        + #"echo '{"peer": "P", "version": "1", "benchmark": "cartpole-steps", "threads": 1,'"#
        + #" '"steps": 0, "seconds": 1, "stepsPerSecond": 0, "compileSeconds": 0}'"#,
      "unlisted.py": "echo 'benchmarks'",
    ]
    try withPeers(scripts) { folder, _ in
      let ending = try bench(folder)
      #expect(ending.status == 0, "\(ending.complaint)")
      #expect(ending.text.contains("No peer was measured."))
      let text = ending.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      for reason in [
        "left out: absent.py: not installed: there is no module named gallop",
        "left out: P, cartpole-steps: failed with status 1: out of memory",
        "left out: P, cartpole-steps: its answer is not understood: about 100 steps",
        "left out: P, cartpole-steps: its answer is not understood: nothing",
        #"left out: P, cartpole-steps: its answer is not understood: {"peer": "P""#,
        "left out: unlisted.py: its answer to --list is not understood: benchmarks",
      ] {
        #expect(text.contains(reason), "\(ending.text)")
      }
    }
  }

  /// A script that never ends, nor does its child, which ignores being asked to.
  private let hanging = """
    [ "$1" = --list ] && echo '{"peer": "P", "benchmarks": ["cartpole-steps"]}' && exit
    sh -c 'trap "" TERM; echo $$ > child; while :; do sleep 0.1; done' &
    wait
    """

  /// Whether the process whose number a file holds is gone, or is so within seconds.
  private func isGone(_ file: URL) throws -> Bool {
    let text = try String(contentsOf: file, encoding: .utf8)
    let number = try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    for _ in 0..<500 where kill(number, 0) == 0 { usleep(10_000) }
    return kill(number, 0) != 0
  }

  @Test func stopsAPeerThatHangsWithItsChildren() throws {
    try withPeers(["hangs.py": hanging]) { folder, peers in
      let ending = try bench(folder, ["--peer-timeout", "1"])
      #expect(ending.status == 0, "\(ending.complaint)")
      #expect(ending.text.contains("stopped after 1 s"))
      #expect(try isGone(peers.appending(path: "child")))
    }
  }

  @Test func stopsThePeerWhenItIsInterrupted() throws {
    try withPeers(["hangs.py": hanging]) { folder, peers in
      let child = peers.appending(path: "child")
      let ending = try BuiltTool.run(
        ["bench", "--only", "peers", "--quick", "--peers-folder", "peers", "--json"], in: folder
      ) { process, _ in
        while process.isRunning, (try? Data(contentsOf: child).isEmpty) ?? true { usleep(1000) }
        kill(process.processIdentifier, SIGINT)
      }
      #expect(ending.status == 130)
      #expect(try ending.document()["peers"] is NSNull)
      #expect(try isGone(child))
    }
  }

  @Test func makesTheEnvironmentByItsSetup() throws {
    try withPeers(["one.py": quick("One", #""cartpole-steps""#)]) { folder, peers in
      let python = peers.appending(path: ".venv")
      try FileManager.default.removeItem(at: python)
      try write(
        "#!/bin/sh\nmkdir -p .venv/bin && cp interpreter .venv/bin/python && echo made it\n",
        to: peers.appending(path: "setup"))
      try write(Self.interpreter, to: peers.appending(path: "interpreter"))
      let ending = try bench(folder, ["--json"])
      #expect(ending.status == 0, "\(ending.complaint)")
      #expect(ending.complaint.contains("is missing; running "))
      #expect(ending.complaint.contains("made it\n"))
      let document = try #require(try ending.document()["peers"] as? [String: Any])
      #expect((document["comparisons"] as? [Any])?.count == 1)
    }
  }

  @Test func saysWhatIsMissingInOneLine() throws {
    try withPeers([:]) { folder, peers in
      let python = peers.appending(path: ".venv")
      try FileManager.default.removeItem(at: python)
      var ending = try bench(folder)
      #expect(ending.status == 1 && ending.text.isEmpty)
      #expect(ending.complaint.contains("which makes it"))
      try write("#!/bin/sh\nexit 1\n", to: peers.appending(path: "setup"))
      ending = try bench(folder)
      #expect(ending.status == 1 && ending.text.isEmpty)
      #expect(ending.complaint.contains("has not made"))
      ending = try BuiltTool.run(["bench", "--peers"], in: folder)
      #expect(ending.status == 1 && ending.text.isEmpty)
      #expect(ending.complaint.hasPrefix("foal: there is no folder Benchmarks/peers"))
      #expect(ending.complaint.filter { $0 == "\n" }.count == 1)
    }
  }
}
