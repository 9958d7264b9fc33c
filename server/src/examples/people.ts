import { pickNumber, pickOne, type Random } from '@kaichang/core/kernel/random.ts'

const FAMILY = [
  '王',
  '李',
  '张',
  '刘',
  '陈',
  '杨',
  '黄',
  '赵',
  '吴',
  '周',
  '徐',
  '孙',
  '马',
  '朱',
  '胡',
  '郭',
  '何',
  '林',
  '高',
  '罗',
  '郑',
  '梁',
  '谢',
  '宋',
  '唐',
  '许',
  '韩',
  '冯',
  '邓',
  '曹',
  '彭',
  '曾',
  '肖',
  '田',
  '董',
  '潘',
  '袁',
  '蔡',
  '蒋',
  '余',
  '于',
  '杜',
  '叶',
  '程',
  '魏',
  '苏',
  '吕',
  '丁',
  '任',
  '卢',
  '覃',
  '韦',
  '农',
  '单',
  '解',
  '仇',
] as const
const GIVEN = [
  '伟',
  '芳',
  '娜',
  '敏',
  '静',
  '磊',
  '洋',
  '艳',
  '勇',
  '杰',
  '娟',
  '涛',
  '明',
  '超',
  '霞',
  '平',
  '刚',
  '桂英',
  '文博',
  '子轩',
  '梓涵',
  '宇航',
  '思远',
  '雨桐',
  '俊杰',
  '晓东',
  '海燕',
  '志强',
  '建华',
  '丽华',
  '一鸣',
  '若曦',
  '天宇',
  '佳琪',
  '浩然',
  '欣怡',
  '嘉豪',
  '诗涵',
  '泽宇',
  '雅婷',
  '国栋',
  '春梅',
  '晨',
  '峰',
  '宁',
  '琳',
  '鹏',
  '婷',
  '斌',
  '欢',
] as const

export interface MadeUpPerson {
  name: string
  phone: string
  email: string
}

/** People who do not exist: common names, numbers from a block that nobody has, addresses at example.org. */
export function madeUpPeople(random: Random, count: number, prefix: string): MadeUpPerson[] {
  return Array.from({ length: count }, (_, i) => ({
    name: pickOne(random, FAMILY) + pickOne(random, GIVEN),
    phone: `1700${String(1000 + pickNumber(random, 9000)).padStart(4, '0')}${String(i).padStart(3, '0')}`,
    // Two of three leave an e-mail address as well.
    email: pickNumber(random, 3) < 2 ? `${prefix}-${i + 1}@example.org` : '',
  }))
}

/** The same items in an order of chance (Fisher–Yates). */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const out = [...items]
  for (let i = out.length - 1; i > 0; i -= 1) {
    const j = pickNumber(random, i + 1)
    const [a, b] = [out[i], out[j]]
    if (a !== undefined && b !== undefined) [out[i], out[j]] = [b, a]
  }
  return out
}
