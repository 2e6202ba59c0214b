import ArgumentParser
import FoalCommand
import Schooling
import Testing

@Suite struct CommandParsingTests {
  @Test(arguments: [
    "demo --tasks 20 --tries 4 --budget 30 --seed 5 --workers 2 --json",
    "pretrain cartpole --seed 1 --steps 10 --tries-per-task 2 --config a.json --output a --home h "
      + "--force --workers 1 --json --slots 8 --lanes 2 --rollout-steps 16 --epochs 1 "
      + "--minibatches 2 --learning-rate 3e-4 --no-anneals-learning-rate --discount 0.9 "
      + "--gae-lambda 0.9 --clip-range 0.1 --value-coefficient 1 --entropy-coefficient 0 "
      + "--maximum-gradient-norm 1 --normalizes-advantages --noise-correlation 0.5 "
      + "--reward-scale 0.1 --hidden 32,16 --activation relu --trunk shared --memory 8 "
      + "--memory-kind transformer --memory-window 16 --memory-layers 2 --memory-heads 4",
    "pretrain cartpole --curriculum evolution --pool 100 --score positiveValueLoss "
      + "--replay-share 0.8 --buffer-size 10 --minimum-fill 0.1 --temperature 0.3 --staleness 0.3 "
      + "--success-return 20 --success-memory 0.5 --edit-share 0.2 --maximum-edits 4",
    "train cartpole-v1 --algorithm ppo --seed 1 --steps 10 --until-solved --config a.json "
      + "--output a --force --workers 1 --json --trunk separate --memory 0",
    "evaluate cartpole --task cartpole-v1 --split train --tasks 5 --tries 2 --seed 1 --workers 1 "
      + "--sample --json",
    "evaluate cartpole --family cartpole --split held-out",
    "adapt cartpole cartpole:17 --tries 3 --way from-scratch --seed 1 --json",
    "watch cartpole cartpole-v1 --tries 2 --speed 2.5 --seed 1 --json",
    "train cartpole --name mine --home h", "evaluate cartpole --no-record",
    "adapt cartpole cartpole:1 --no-record", "runs", "runs list --home h --json",
    "runs show cartpole-7 --home h --json", "runs compare a b c --home h --json",
    "runs export a b --format jsonl --output c --force --home h --json",
    "runs export a --format tensorboard --json", "runs delete a --yes --force --home h --json",
    "report a --init --home h --json", "report a b c --check --json",
    "report a --format html --output b --human c --force --home h --json",
    "report a --format markdown --output -", "report a --log b --because c --by d",
    "environments", "environments list --json", "environments show cartpole --json",
    "environments draw playroom:17 --output a.svg --seed 1 --force",
    "watch expert playroom:17 --output a.gif --force",
    "environments check cartpole --steps 5 --seed 1 --json",
    "environments speed cartpole --slots 2 --seconds 0.1 --json",
    "bench --quick --only ceilings,updates,environments,ppo,solved,peers --rounds 3 --workers 2 "
      + "--peers-folder a/b --peer-timeout 2.5 --json",
    "bench --peers --peers-folder a",
    "bench --peers --peer-benchmarks sac,ppo-playroom", "bench --only playroom",
  ])
  func takesItsFlags(line: String) throws {
    _ = try FoalTool.parseAsRoot(line.split(separator: " ").map(String.init))
  }

  @Test(arguments: [
    "demo --tries 0", "demo --tries 10 --budget 5", "demo --workers 0", "evaluate",
    "evaluate a --tries 1001", "evaluate a --task b --family c", "adapt a", "adapt a b --way none",
    "watch a b --speed nan", "environments speed --seconds 61", "pretrain", "train a --hidden 8,",
    "train a --name b --no-record", "runs compare a", "runs export", "runs export a --format xml",
    "runs export a --json", "runs show", "runs delete",
    "bench --rounds 0", "bench --only ceiling", "bench --only ceilings,", "bench --workers 0",
    "bench --peer-timeout 0", "bench --peer-timeout nan", "bench --peers-folder a",
    "bench --only ppo --peers-folder a",
    "bench --peer-benchmarks sac", "bench --peers --peer-benchmarks chess",
    "bench --peers --peer-benchmarks sac,",
    "runs export a --json", "runs show", "runs delete", "report", "report a --init --check",
    "report a --output -", "report a --format html --output - --json", "report a --by b",
    "report a --format word",
  ])
  func refusesWhatIsOutOfRange(line: String) {
    #expect(throws: (any Error).self) {
      try FoalTool.parseAsRoot(line.split(separator: " ").map(String.init))
    }
  }

  @Test(arguments: [
    "", "demo", "pretrain", "train", "evaluate", "adapt", "watch", "environments",
    "environments show", "environments check", "environments speed", "bench",
    "", "demo", "pretrain", "train", "evaluate", "adapt", "watch", "report", "environments",
    "environments show", "environments check", "environments speed",
  ])
  func teachesByHelp(command: String) {
    let arguments = command.split(separator: " ").map(String.init) + ["--help"]
    let error = #expect(throws: (any Error).self) {
      var command = try FoalTool.parseAsRoot(arguments)
      try command.run()
    }
    let help = error.map { FoalTool.fullMessage(for: $0) } ?? ""
    #expect(help.contains("EXAMPLE"))
  }

  @Test func writesNamesAsWords() {
    #expect("fromScratch".spaced == "from scratch")
    #expect("from-scratch".spaced == "from scratch")
    #expect(Way.allCases.map(\.flag) == ["in-context", "fine-tuned", "from-scratch"])
    #expect(Way.allCases.map(\.words) == ["in context", "fine-tuned", "from scratch"])
  }
}
