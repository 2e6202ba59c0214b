/// A row of the list of published systems that Foal is measured by.
public struct PublishedSystem: Sendable {
  /// Its number in the list, from 1.
  public let number: Int
  /// The name that it is called by on the command line.
  public let name: String
  public let title: String
  /// Authors, year and where it is to be read.
  public let source: String
  /// Its reproduction; nil as long as there is none.
  public let reproduction: Reproduction?

  init(
    _ number: Int, _ name: String, _ title: String, _ source: String,
    _ reproduction: Reproduction? = nil
  ) {
    self.number = number
    self.name = name
    self.title = title
    self.source = source
    self.reproduction = reproduction
  }

  /// All of them, in the order of their numbers.
  public static let all = [
    PublishedSystem(
      1, "uvfa", "Universal value function approximators", "Schaul et al. (2015), ICML", .uvfa),
    PublishedSystem(
      2, "her", "Hindsight experience replay", "Andrychowicz et al. (2017), arXiv:1707.01495", .her),
    PublishedSystem(
      3, "zero-shot", "Zero-shot task generalisation", "Oh et al. (2017), arXiv:1706.05064"),
    PublishedSystem(
      4, "spatial-reasoning", "Grounded spatial reasoning",
      "Janner et al. (2017), arXiv:1707.03938"),
    PublishedSystem(
      5, "language-transfer", "Transfer by language grounding",
      "Narasimhan et al. (2017), arXiv:1708.00133"),
    PublishedSystem(
      6, "perceptual-reward", "Cross-domain perceptual reward",
      "Edwards et al. (2017), arXiv:1705.09045"),
    PublishedSystem(
      7, "goal-directed", "Learning goal-directed behaviour", "Binz (2017), KTH"),
    PublishedSystem(
      8, "kickstarting", "Kickstarting", "Schmitt et al. (2018), arXiv:1803.03835", .kickstarting),
    PublishedSystem(
      9, "surprise", "Surprise-based intrinsic motivation",
      "Achiam and Sastry (2017), arXiv:1703.01732", .surprise),
    PublishedSystem(
      10, "maesn", "Structured exploration strategies", "Gupta et al. (2018), arXiv:1802.07245",
      .maesn),
    PublishedSystem(
      11, "airl", "Adversarial inverse reinforcement learning",
      "Fu et al. (2018), arXiv:1710.11248", .airl),
    PublishedSystem(
      12, "icm", "Curiosity-driven exploration", "Pathak et al. (2017), arXiv:1705.05363",
      .icm),
    PublishedSystem(
      13, "sac-x", "Scheduled auxiliary control", "Riedmiller et al. (2018), arXiv:1802.10567"),
    PublishedSystem(14, "self-aware", "Self-aware agents", "Haber et al. (2018), arXiv:1802.07442"),
    PublishedSystem(15, "merlin", "MERLIN", "Wayne et al. (2018), arXiv:1803.10760"),
    PublishedSystem(
      16, "world-models", "World models", "Ha and Schmidhuber (2018), arXiv:1803.10122"),
    PublishedSystem(
      17, "meta-parameters", "Meta-parameters that tune themselves",
      "Schweighofer and Doya (2003), doi:10.1016/S0893-6080(02)00228-9", .metaParameters),
    PublishedSystem(
      18, "prefrontal-cortex", "Prefrontal cortex as a meta-reinforcement learning system",
      "Wang et al. (2018), doi:10.1038/s41593-018-0147-8", .prefrontalCortex),
    PublishedSystem(
      19, "rl2", "Learning to reinforcement learn",
      "Duan et al. (2016), arXiv:1611.02779; Wang et al. (2016), arXiv:1611.05763", .rl2),
    PublishedSystem(
      20, "maml", "Model-agnostic meta-learning", "Finn et al. (2017), arXiv:1703.03400", .maml),
    PublishedSystem(
      21, "daml", "One-shot imitation from humans", "Yu et al. (2018), arXiv:1802.01557"),
    PublishedSystem(
      22, "human-priors", "Human priors", "Dubey et al. (2018), arXiv:1802.10217"),
    PublishedSystem(
      23, "alphazero", "AlphaGo Zero and MuZero",
      "Silver et al. (2017), doi:10.1038/nature24270; Schrittwieser et al. (2020), arXiv:1911.08265"
    ),
    PublishedSystem(24, "qt-opt", "QT-Opt", "Kalashnikov et al. (2018), arXiv:1806.10293"),
    PublishedSystem(25, "dreamerv3", "DreamerV3", "Hafner et al. (2023), arXiv:2301.04104"),
    PublishedSystem(
      26, "ada", "Adaptive agents", "Adaptive Agent Team (2023), arXiv:2301.07608", .ada),
    PublishedSystem(
      27, "generalist", "RT-1 and Gato",
      "Brohan et al. (2022), arXiv:2212.06817; Reed et al. (2022), arXiv:2205.06175"),
    PublishedSystem(
      28, "scaling-laws", "Scaling laws for single-agent reinforcement learning",
      "Hilton et al. (2023), arXiv:2301.13442"),
    PublishedSystem(
      29, "procgen", "Procedural generation", "Cobbe et al. (2020), arXiv:1912.01588"),
    PublishedSystem(30, "minds-eye", "Mind's Eye", "Liu et al. (2022), arXiv:2210.05359"),
    PublishedSystem(
      31, "reward-reports", "Reward reports", "Gilbert et al. (2022), arXiv:2204.10817"),
    PublishedSystem(
      32, "transfer", "Transfer metrics", "Zhu et al. (2020), arXiv:2009.07888"),
    PublishedSystem(
      33, "expectation", "Violation of expectation",
      "Riochet et al. (2018), arXiv:1803.07616; Piloto et al. (2022), "
        + "doi:10.1038/s41562-022-01394-8"),
    PublishedSystem(
      34, "continual-world", "Continual World", "Wołczyk et al. (2021), arXiv:2105.10919"),
    PublishedSystem(
      35, "rliable", "Statistics of few runs", "Agarwal et al. (2021), arXiv:2108.13264"),
    PublishedSystem(
      36, "sample-efficiency", "CartPole, sample efficiency",
      "Barto et al. (1983), doi:10.1109/TSMC.1983.6313077; TensorFlow's actor-critic tutorial",
      .sampleEfficiency),
    PublishedSystem(
      37, "babyai", "Instructions in words", "Chevalier-Boisvert et al. (2018), arXiv:1810.08272",
      .babyai),
  ]
}
